package dev.zlayer.overlay.dns.zone;

import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.overlay.dns.DnsRecord.Origin;
import dev.zlayer.overlay.dns.zone.NameEntry.Held;
import dev.zlayer.wireguard.Cidr;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * The names of the overlay: one zone, and the reverse zones of its networks.
 *
 * <p>Names come from the mesh ({@link #setNodes}) and by hand ({@link #add}). Thread safe: changes
 * hold the monitor, {@link #lookup} needs no lock and sees each name wholly before or after a
 * change.
 */
public final class Zone {
  /** The most addresses that can be added by hand. */
  public static final int MAX_ADDED = 65_536;

  /** The most addresses that can be added under one name. */
  public static final int MAX_PER_NAME = 256;

  private final Name origin;
  private final long ttlSeconds;
  private final List<Cidr> networks;
  private final Authority authority;
  private final List<InetAddress> server;
  private final Map<Name, NameEntry> entries = new ConcurrentHashMap<>();
  private final Map<Name, Integer> namesBelow = new ConcurrentHashMap<>();
  private final Pointers pointers = new Pointers();
  private final long firstSerial;
  private Map<Name, List<Held>> ofMesh = Map.of();
  private int added;
  private volatile Set<InetAddress> down = Set.of();
  private volatile long version;

  /**
   * A zone with no name but the server's own, {@code ns}.
   *
   * @param firstSerial greater than any serial that a former server of the zone ended with
   */
  public Zone(DnsConfig config, long firstSerial) {
    this.origin = Name.fromConstantString(config.zone() + ".");
    this.ttlSeconds = config.ttl().toSeconds();
    this.networks = config.networks();
    this.authority = new Authority(origin, ttlSeconds, config.negativeTtl().toSeconds());
    this.server = config.listenAddresses();
    this.firstSerial = firstSerial;
    setNodes(List.of());
  }

  /**
   * What it knows all names of: its own name, then the reverse zones of networks that have a single
   * one; without final dots.
   */
  public List<String> domains() {
    return Stream.concat(
            Stream.of(origin),
            networks.stream()
                .filter(network -> network.prefixLength() % ReverseName.unitBits(network) == 0)
                .map(ReverseName::of))
        .map(name -> name.toString(true))
        .toList();
  }

  /** Counts changes: an answer holds as long as this stays. */
  long version() {
    return version;
  }

  /** Replaces the nodes and the names that they have by themselves. */
  public synchronized void setNodes(List<ZoneNode> nodes) {
    Map<Name, List<Held>> wanted = new MeshNames(origin, networks).of(nodes);
    if (!server.isEmpty()) {
      wanted.put(
          authority.server(),
          server.stream().map(address -> new Held(address, Origin.ALIAS)).toList());
    }
    boolean changed = false;
    Set<Name> touched = new HashSet<>(ofMesh.keySet());
    touched.addAll(wanted.keySet());
    for (Name name : touched) {
      List<Held> now = wanted.getOrDefault(name, List.of());
      if (!now.equals(ofMesh.getOrDefault(name, List.of()))) {
        NameEntry entry = entry(name).without(held -> held.origin() != Origin.ADDED);
        for (Held held : now) {
          entry = entry.with(held);
        }
        put(name, entry);
        changed = true;
      }
    }
    ofMesh = wanted;
    if (changed) {
      version++;
    }
  }

  /**
   * Adds an address under a name.
   *
   * @param name as {@link #nameOf} takes it
   * @return whether it wasn't there yet
   * @throws IllegalArgumentException if the name is no host name of the zone, belongs to a node or
   *     the server, or a bound is reached
   */
  public synchronized boolean add(String name, InetAddress address) {
    Name full = nameOf(name);
    NameEntry before = entry(full);
    if (before.isExclusive()) {
      throw new IllegalArgumentException(
          "name '%s' is taken: the mesh itself has it".formatted(full.toString(true)));
    }
    NameEntry after = before.with(new Held(address, Origin.ADDED));
    if (after.equals(before)) {
      return false;
    }
    if (added == MAX_ADDED || after.held().size() > MAX_PER_NAME) {
      throw new IllegalArgumentException(
          "no further address under '%s': %d is the most in all, %d under one name"
              .formatted(full.toString(true), MAX_ADDED, MAX_PER_NAME));
    }
    added++;
    put(full, after);
    version++;
    return true;
  }

  /** Removes what was added under {@code name}; says whether there was anything. */
  public synchronized boolean remove(String name) {
    return remove(name, held -> true);
  }

  /** Removes {@code address} from what was added under {@code name}; says whether it was there. */
  public synchronized boolean remove(String name, InetAddress address) {
    return remove(name, held -> held.address().equals(address));
  }

  /** From now on these addresses are left out where others under the same name aren't in it. */
  public synchronized void withdraw(Set<InetAddress> addresses) {
    if (!addresses.equals(down)) {
      down = Set.copyOf(addresses);
      version++;
    }
  }

  /** Everything but the reverse zones, in the order of names. */
  public synchronized List<DnsRecord> records() {
    List<DnsRecord> records = new ArrayList<>();
    entries.keySet().stream()
        .sorted()
        .forEach(name -> {
          NameEntry entry = entry(name);
          Set<InetAddress> told = new HashSet<>(entry.told(Inet4Address.class, down));
          told.addAll(entry.told(Inet6Address.class, down));
          for (Held held : entry.effective()) {
            records.add(
                new DnsRecord(
                    name.toString(true),
                    held.address(),
                    held.origin(),
                    !told.contains(held.address())));
          }
        });
    return records;
  }

  /**
   * A name of the zone: {@code web}, {@code web.overlay.local} and {@code web.overlay.local.} are
   * the same.
   *
   * @throws IllegalArgumentException if it isn't one, or not of a host
   */
  public Name nameOf(String text) {
    String host = HostName.requireHost(text, origin.toString(true));
    return Name.fromConstantString(host + "." + origin);
  }

  /** What the zone says of {@code name} and {@code type}. */
  ZoneAnswer lookup(Name name, int type) {
    if (name.subdomain(origin)) {
      return lookupHost(name, type);
    }
    return ReverseName.parse(name)
        .map(reverse -> lookupReverse(name, reverse, type))
        .orElseGet(ZoneAnswer.Elsewhere::new);
  }

  private ZoneAnswer lookupHost(Name name, int type) {
    NameEntry entry = entries.get(name);
    if (entry != null) {
      return records(addresses(name, entry, type), origin, type);
    }
    if (name.equals(origin)) {
      return records(authority.records(origin, type, serial()), origin, type);
    }
    Record soa = authority.soa(origin, serial());
    return namesBelow.containsKey(name) ? new ZoneAnswer.NoData(soa) : new ZoneAnswer.NoName(soa);
  }

  /**
   * The reverse zone of a network begins at the first whole label, so that a network of 20 bits has
   * 16 zones and none of them holds an address of others.
   */
  private ZoneAnswer lookupReverse(Name name, ReverseName reverse, int type) {
    Cidr prefix = reverse.prefix();
    Cidr network =
        networks.stream().filter(candidate -> candidate.contains(prefix)).findFirst().orElse(null);
    if (network == null) {
      return new ZoneAnswer.Elsewhere();
    }
    int unitBits = ReverseName.unitBits(network);
    int apexBits = (network.prefixLength() + unitBits - 1) / unitBits * unitBits;
    if (prefix.prefixLength() < apexBits) {
      return new ZoneAnswer.Elsewhere();
    }
    Name apex = ReverseName.of(Cidr.around(prefix.network(), apexBits));
    List<Record> records = new ArrayList<>();
    if (reverse.whole() && prefix.prefixLength() == apexBits) {
      records.addAll(authority.records(apex, type, serial()));
    }
    boolean exists = !records.isEmpty() || name.equals(apex);
    if (reverse.whole() && pointers.isAnyIn(prefix)) {
      exists = true;
      if (prefix.prefixLength() == prefix.addressBits() && isAsked(Type.PTR, type)) {
        for (Name host : pointers.of(prefix.network())) {
          records.add(new PTRRecord(name, DClass.IN, ttlSeconds, host));
        }
      }
    }
    return exists
        ? records(records, apex, type)
        : new ZoneAnswer.NoName(authority.soa(apex, serial()));
  }

  private ZoneAnswer records(List<Record> records, Name apex, int type) {
    if (records.isEmpty()) {
      return new ZoneAnswer.NoData(authority.soa(apex, serial()));
    }
    NameEntry server = type == Type.NS ? entries.get(authority.server()) : null;
    return new ZoneAnswer.Records(
        records, server == null ? List.of() : addresses(authority.server(), server, Type.ANY));
  }

  private List<Record> addresses(Name name, NameEntry entry, int type) {
    List<Record> records = new ArrayList<>();
    if (isAsked(Type.A, type)) {
      entry
          .told(Inet4Address.class, down)
          .forEach(address -> records.add(new ARecord(name, DClass.IN, ttlSeconds, address)));
    }
    if (isAsked(Type.AAAA, type)) {
      entry
          .told(Inet6Address.class, down)
          .forEach(address -> records.add(new AAAARecord(name, DClass.IN, ttlSeconds, address)));
    }
    return records;
  }

  private static boolean isAsked(int type, int question) {
    return question == type || question == Type.ANY;
  }

  private long serial() {
    return (firstSerial + version) & 0xffffffffL;
  }

  private NameEntry entry(Name name) {
    return entries.getOrDefault(name, NameEntry.EMPTY);
  }

  private synchronized boolean remove(String name, Predicate<Held> chosen) {
    Name full = nameOf(name);
    NameEntry before = entry(full);
    NameEntry after = before.without(held -> held.origin() == Origin.ADDED && chosen.test(held));
    if (after.equals(before)) {
      return false;
    }
    added -= before.held().size() - after.held().size();
    put(full, after);
    version++;
    return true;
  }

  private void put(Name name, NameEntry after) {
    NameEntry before = entry(name);
    before.effective().forEach(held -> pointers.remove(held.address(), name));
    after.effective().forEach(held -> pointers.add(held.address(), name, held.origin()));
    if (before.isEmpty() != after.isEmpty()) {
      countBelow(name, after.isEmpty() ? -1 : 1);
    }
    if (after.isEmpty()) {
      entries.remove(name);
    } else {
      entries.put(name, after);
    }
  }

  /** Tells the names between {@code name} and the top that there is one more below, or one less. */
  private void countBelow(Name name, int change) {
    int between = name.labels() - origin.labels() - 1;
    for (int i = 1; i <= between; i++) {
      namesBelow.merge(
          new Name(name, i), change, (count, by) -> count + by == 0 ? null : count + by);
    }
  }
}
