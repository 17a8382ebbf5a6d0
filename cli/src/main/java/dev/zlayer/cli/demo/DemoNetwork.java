package dev.zlayer.cli.demo;

import dev.zlayer.linux.NetworkNamespace;
import dev.zlayer.overlay.OverlayException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Hosts in network namespaces of their own, cabled to a bridge in a further one.
 *
 * <pre>
 *   host 0            host 1            host 2
 *   eth0 192.0.2.1    eth0 192.0.2.2    eth0 192.0.2.3
 *      |                 |                 |
 *    port0 ----------- br0 ------------- port2        namespace of the switch
 * </pre>
 */
final class DemoNetwork implements AutoCloseable {
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final Path IPV6 = Path.of("/proc/sys/net/ipv6/conf");

  private final String prefix;
  private final Deque<String> made = new ArrayDeque<>();
  private final List<String> problems = new ArrayList<>();

  /** Makes {@code hosts} hosts; if that fails nothing is left of them. */
  DemoNetwork(String prefix, int hosts) throws InterruptedException {
    this.prefix = prefix;
    try {
      quietNamespace(switchName());
      // Snooping makes the bridge itself speak IGMP.
      inSwitch("ip link add br0 type bridge mcast_snooping 0");
      inSwitch("ip link set br0 up");
      for (int host = 0; host < hosts; host++) {
        addHost(host);
      }
    } catch (OverlayException | InterruptedException e) {
      close();
      throw e;
    }
  }

  /** The address of a host in the network that carries the overlay. */
  static String underlayAddress(int host) {
    return "192.0.2." + (host + 1);
  }

  /** A host's namespace. */
  Path host(int host) {
    return NAMESPACES.resolve(hostName(host));
  }

  /** The namespace of the switch, where every cable can be listened to. */
  Path switchboard() {
    return NAMESPACES.resolve(switchName());
  }

  /** The switch's end of a host's cable. */
  static String port(int host) {
    return "port" + host;
  }

  /** Removes every namespace, and with them all that was in it. */
  @Override
  public void close() {
    while (!made.isEmpty()) {
      String name = made.pop();
      if (!Files.exists(NAMESPACES.resolve(name))) {
        continue;
      }
      try {
        Shell.run("ip netns delete " + name);
      } catch (OverlayException e) {
        problems.add(e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        problems.add("namespace " + name + " is left over: ip netns delete " + name);
      }
    }
  }

  /** What couldn't be removed. */
  List<String> problems() {
    return problems;
  }

  private void addHost(int host) throws InterruptedException {
    String name = hostName(host);
    quietNamespace(name);
    in(name, "ip link set lo up");
    Shell.run(
        "ip link add eth0 netns %s type veth peer name %s netns %s"
            .formatted(name, port(host), switchName()));
    inSwitch("ip link set " + port(host) + " master br0 up");
    in(name, "ip address add " + underlayAddress(host) + "/24 dev eth0");
    in(name, "ip link set eth0 up");
  }

  /** The overlay is what is shown: IPv6's own chatter on the cables would only be in the way. */
  private void quietNamespace(String name) throws InterruptedException {
    made.push(name);
    Shell.run("ip netns add " + name);
    try {
      NetworkNamespace.call(
          NAMESPACES.resolve(name),
          () -> {
            for (String interfaces : List.of("default", "all")) {
              Files.writeString(IPV6.resolve(interfaces).resolve("disable_ipv6"), "1");
            }
            return true;
          });
    } catch (InterruptedException e) {
      throw e;
    } catch (NoSuchFileException e) {
      // A kernel without IPv6 is quiet already.
    } catch (Exception e) {
      throw new OverlayException("IPv6 can't be switched off in " + name + ": " + e, e);
    }
  }

  private void inSwitch(String command) throws InterruptedException {
    in(switchName(), command);
  }

  private static void in(String namespace, String command) throws InterruptedException {
    Shell.run("ip netns exec " + namespace + " " + command);
  }

  private String hostName(int host) {
    return prefix + host;
  }

  private String switchName() {
    return prefix + "sw";
  }
}
