package dev.zlayer.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * A network of namespaces for one test, gone when closed:
 *
 * <pre>
 *   try (Topology network = new Topology()) {
 *     Netns alice = network.namespace();
 *     Netns bob = network.namespace();
 *     network.connect(alice.nic("192.0.2.1/24"), bob.nic("192.0.2.2/24", "2001:db8::2/64"));
 *     ...
 * </pre>
 *
 * <p>Needs root. Not thread safe.
 */
public final class Topology implements AutoCloseable {
  private final List<Netns> namespaces = new ArrayList<>();

  /** Makes one more host: a namespace of its own. */
  public Netns namespace() {
    Netns namespace = Netns.create();
    namespaces.add(namespace);
    return namespace;
  }

  /** Lays a cable, a veth pair, between two hosts and brings it up. */
  public void connect(Nic left, Nic right) {
    addCable(left, right);
    left.up();
    right.up();
  }

  /**
   * Puts hosts on one switch and brings all of it up.
   *
   * @return the switch: a namespace with the bridge {@code br0} and a port {@code port0}, {@code
   *     port1} and so on for each host in order; captures and link faults go there
   */
  public Netns bridge(Nic... hosts) {
    Netns bridge = namespace();
    bridge.ip("link", "add", "name", "br0", "type", "bridge");
    bridge.ip("link", "set", "br0", "up");
    for (int i = 0; i < hosts.length; i++) {
      Nic port = new Nic(bridge, "port" + i, List.of());
      addCable(hosts[i], port);
      bridge.ip("link", "set", port.name(), "master", "br0");
      port.up();
      hosts[i].up();
    }
    return bridge;
  }

  /** Deletes the namespaces; a failure does not keep the others. */
  @Override
  public void close() {
    AssertionError failure = null;
    for (Netns namespace : namespaces.reversed()) {
      try {
        namespace.close();
      } catch (AssertionError e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static void addCable(Nic left, Nic right) {
    left.namespace()
        .ip(
            "link",
            "add",
            "name",
            left.name(),
            "type",
            "veth",
            "peer",
            "name",
            right.name(),
            "netns",
            right.namespace().name());
  }
}
