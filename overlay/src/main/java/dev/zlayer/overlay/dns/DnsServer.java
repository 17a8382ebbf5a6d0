package dev.zlayer.overlay.dns;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.dns.zone.Resolver;
import dev.zlayer.overlay.dns.zone.Zone;
import dev.zlayer.overlay.dns.zone.ZoneNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Serves a zone and the reverse zones of its networks over UDP and TCP, to addresses of those
 * networks and to nobody else. What isn't of the zone is asked for elsewhere or REFUSED. Thread
 * safe.
 *
 * <pre>
 *   try (DnsServer server = DnsServer.of(config)) {
 *     DnsHandle names = server.start();
 *     names.addRecord("web", address);
 * </pre>
 */
public final class DnsServer implements AutoCloseable {
  private final DnsConfig config;
  private final Zone zone;
  private final Counters counters = new Counters();
  private final Clients clients;
  private final Resolver resolver;
  private final Forwarder forwarder;
  private final DnsHandle handle = new ZoneHandle();
  private final List<UdpListener> udp = new ArrayList<>();
  private final List<TcpListener> tcp = new ArrayList<>();

  /** Those that it listens on. */
  private final Set<Integer> ports = new HashSet<>();

  private boolean started;

  private DnsServer(DnsConfig config) {
    this.config = config;
    this.zone = new Zone(config, Instant.now().getEpochSecond());
    this.clients = new Clients(config.networks());
    this.resolver = new Resolver(zone, config.forwarding());
    this.forwarder = new Forwarder(upstreams(), counters);
  }

  /**
   * A server that doesn't listen yet.
   *
   * @param config with a listen address and one network at least
   */
  public static DnsServer of(DnsConfig config) {
    if (config.listenAddresses().isEmpty()) {
      throw new IllegalArgumentException("a DNS server needs a listen address");
    }
    if (config.networks().isEmpty()) {
      throw new IllegalArgumentException(
          "a DNS server without a network would answer nobody: name the overlay's");
    }
    return new DnsServer(config);
  }

  /**
   * Begins to listen.
   *
   * @throws OverlayException if the address or the port can't be had
   */
  public synchronized DnsHandle start() {
    if (started) {
      throw new OverlayException("a DNS server starts once");
    }
    started = true;
    listen(config.port());
    return handle;
  }

  /**
   * Listens on another port too, from now on. Nothing happens if it does already.
   *
   * @param port UDP and TCP, 1 to 65535
   * @throws OverlayException if the port can't be had, or the server doesn't listen
   */
  public synchronized void listenAlso(int port) {
    if (ports.isEmpty()) {
      throw new OverlayException("a DNS server that doesn't listen gets no further port");
    }
    if (!ports.contains(port)) {
      listen(port);
    }
  }

  private void listen(int port) {
    List<UdpListener> moreUdp = new ArrayList<>();
    List<TcpListener> moreTcp = new ArrayList<>();
    for (InetAddress address : config.listenAddresses()) {
      InetSocketAddress place = new InetSocketAddress(address, port);
      try {
        moreTcp.add(TcpListener.open(place, clients, resolver, forwarder, counters));
        moreUdp.add(UdpListener.open(place, clients, resolver, forwarder, counters));
      } catch (IOException e) {
        moreUdp.forEach(UdpListener::close);
        moreTcp.forEach(TcpListener::close);
        throw new OverlayException(
            "DNS can't listen on %s port %d: %s"
                .formatted(IpText.format(address), port, e.getMessage()),
            e);
      }
    }
    moreUdp.forEach(UdpListener::start);
    moreTcp.forEach(TcpListener::start);
    udp.addAll(moreUdp);
    tcp.addAll(moreTcp);
    ports.add(port);
  }

  /** Listens no more and hangs up on clients. Nothing happens if it doesn't listen. */
  @Override
  public synchronized void close() {
    started = true;
    ports.clear();
    udp.forEach(UdpListener::close);
    tcp.forEach(TcpListener::close);
  }

  /** Changes what is served, before the start too. */
  public DnsHandle handle() {
    return handle;
  }

  public DnsConfig config() {
    return config;
  }

  /** What it knows all names of: the zone first, then reverse zones; without final dots. */
  public List<String> domains() {
    return zone.domains();
  }

  /** What it did so far. */
  public DnsStatistics statistics() {
    return counters.statistics();
  }

  /** Replaces the nodes that have names by themselves. */
  public void setNodes(List<ZoneNode> nodes) {
    zone.setNodes(nodes);
  }

  private Upstreams upstreams() {
    return config
        .upstreams()
        .map(DnsServer::configured)
        .orElseGet(() -> new ResolvConf(ResolvConf.SYSTEM, config.listenAddresses()));
  }

  private static Upstreams configured(List<HostPort> upstreams) {
    List<InetSocketAddress> addresses =
        upstreams.stream()
            .map(upstream ->
                new InetSocketAddress(upstream.address().orElseThrow(), upstream.port()))
            .toList();
    return () -> addresses;
  }

  private final class ZoneHandle implements DnsHandle {
    @Override
    public String zone() {
      return config.zone();
    }

    @Override
    public boolean addRecord(String name, InetAddress address) {
      return zone.add(name, address);
    }

    @Override
    public boolean removeRecord(String name) {
      return zone.remove(name);
    }

    @Override
    public boolean removeRecord(String name, InetAddress address) {
      return zone.remove(name, address);
    }

    @Override
    public List<DnsRecord> records() {
      return zone.records();
    }

    @Override
    public void withdraw(Set<InetAddress> down) {
      zone.withdraw(down);
    }
  }
}
