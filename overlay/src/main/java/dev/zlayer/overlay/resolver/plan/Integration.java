package dev.zlayer.overlay.resolver.plan;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.ResolverMode;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One way that leads programs to the names of a node. */
public sealed interface Integration {
  /** The only port that {@code resolv.conf} knows. */
  int RESOLV_CONF_PORT = 53;

  ResolverMode mode();

  /** For people, as in "resolved through ...". */
  String description();

  /** What has to be undone when the node is gone; empty if it goes with the node's interface. */
  Optional<Trace> trace();

  /** Whether the node has to listen on {@link #RESOLV_CONF_PORT}. */
  boolean needsResolvConfPort();

  /**
   * Why it doesn't lead programs to the node; empty while it does.
   *
   * @param text what stands in the file that it edits; empty if it edits none
   */
  Optional<String> loss(Surroundings now, String text);

  /**
   * systemd-resolved asks the node for the domains that it serves, by settings of the node's link:
   * they are gone with the link.
   */
  record Resolved(Path resolvectl, Served served) implements Integration {
    @Override
    public ResolverMode mode() {
      return ResolverMode.RESOLVED;
    }

    @Override
    public String description() {
      return "systemd-resolved (link %s, %s)"
          .formatted(served.link(), routes().collect(Collectors.joining(", ")));
    }

    /**
     * The commands, in an order in which nothing but our own names ever goes to the node. What the
     * system wants of other servers by default, signatures and TLS, isn't ours.
     */
    public List<List<String>> commands() {
      return Stream.of(
              Stream.concat(Stream.of("domain", served.link()), routes()),
              Stream.of("default-route", served.link(), "no"),
              Stream.of("dnssec", served.link(), "no"),
              Stream.of("dnsovertls", served.link(), "no"),
              Stream.concat(Stream.of("dns", served.link()), servers()))
          .map(words -> Stream.concat(Stream.of(resolvectl.toString()), words).toList())
          .toList();
    }

    /** What tells the servers of the link. */
    public List<String> question() {
      return List.of(resolvectl.toString(), "dns", served.link());
    }

    /** Whether ours are the servers, by the answer to {@link #question}. */
    public boolean isConfirmedBy(String answer) {
      return servers().allMatch(answer::contains);
    }

    /** What undoes them while the link is there. */
    public List<String> revert() {
      return List.of(resolvectl.toString(), "revert", served.link());
    }

    @Override
    public Optional<Trace> trace() {
      return Optional.empty();
    }

    @Override
    public boolean needsResolvConfPort() {
      return false;
    }

    @Override
    public Optional<String> loss(Surroundings now, String text) {
      return now.objectionToResolved();
    }

    private Stream<String> routes() {
      return served.domains().stream().map("~"::concat);
    }

    private Stream<String> servers() {
      return served.addresses().stream()
          .map(address ->
              address.getAddress().length == 4
                  ? IpText.format(address) + ":" + served.port()
                  : "[" + IpText.format(address) + "]:" + served.port());
    }
  }

  /** Whoever reads {@code resolv.conf} asks the node first. */
  sealed interface ByResolvConf extends Integration {
    Served served();

    @Override
    default boolean needsResolvConfPort() {
      return true;
    }

    /** One address alone: further ones would take the places of the machine's own servers. */
    default List<String> nameServers() {
      return List.of("nameserver " + IpText.format(first()));
    }

    @Override
    default Optional<String> loss(Surroundings now, String text) {
      return now.resolvConfText().asksFirst(first())
          ? Optional.empty()
          : Optional.of(
              "/etc/resolv.conf doesn't have %s first: another program sees to that"
                  .formatted(IpText.format(first())));
    }

    private InetAddress first() {
      return served().addresses().getFirst();
    }
  }

  /** A record of resolvconf's that comes before those of ordinary interfaces. */
  record Resolvconf(Path command, Served served) implements ByResolvConf {
    private static final String FIRST = "tun0.";
    private static final String OURS = ".zlayer";

    @Override
    public ResolverMode mode() {
      return ResolverMode.RESOLVCONF;
    }

    @Override
    public String description() {
      return "resolvconf (record " + record(served.link()) + ")";
    }

    /**
     * Called as if it were of a kind of interface that both have ahead of most: {@code tun*} in
     * Debian's {@code interface-order}, {@code tun[0-9]*} in openresolv's {@code dynamic_order}.
     */
    static String record(String link) {
      return FIRST + link + OURS;
    }

    /** Whether a record of this name is that of a node, this one or another. */
    static boolean isRecord(String name) {
      return name.startsWith(FIRST) && name.endsWith(OURS);
    }

    public List<String> add() {
      return List.of(command.toString(), "-a", record(served.link()));
    }

    /** What {@link #add} reads. */
    public String input() {
      return nameServers().stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    @Override
    public Optional<Trace> trace() {
      return Optional.of(new Trace(mode(), record(served.link()), command));
    }
  }

  /** The first lines of {@code resolv.conf}. */
  record ResolvConfFile(Path file, Served served) implements ByResolvConf {
    @Override
    public ResolverMode mode() {
      return ResolverMode.RESOLV_CONF;
    }

    @Override
    public String description() {
      return file + " (first name server)";
    }

    @Override
    public Optional<Trace> trace() {
      return Optional.of(new Trace(mode(), served.link(), file));
    }
  }

  /** The names themselves, in {@code hosts}. */
  record HostsFile(Path file, Served served) implements Integration {
    @Override
    public ResolverMode mode() {
      return ResolverMode.HOSTS;
    }

    @Override
    public String description() {
      return file.toString();
    }

    @Override
    public Optional<Trace> trace() {
      return Optional.of(new Trace(mode(), served.link(), file));
    }

    @Override
    public boolean needsResolvConfPort() {
      return false;
    }

    @Override
    public Optional<String> loss(Surroundings now, String text) {
      return new MarkedBlock(served.link()).isIn(text)
          ? Optional.empty()
          : Optional.of(file + " was rewritten by another program; up makes it anew");
    }
  }
}
