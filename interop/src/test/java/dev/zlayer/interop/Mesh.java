package dev.zlayer.interop;

import dev.zlayer.overlay.BootstrapOptions;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Nic;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A leader and workers on one switch, all of them up.
 *
 * <pre>
 *   leader               worker 1             worker 2
 *   192.0.2.1            192.0.2.2            192.0.2.3         underlay
 *       |                    |                    |
 *       +-------------------br0-------------------+
 *
 *   10.200.0.1           10.200.0.2           10.200.0.3        overlay
 * </pre>
 *
 * <p>The leader isn't told where its workers are: it learns that from them. Set up as a Java
 * program does it, which takes less time than six commands; each runs as a process of its own.
 */
final class Mesh implements AutoCloseable {
  private static final int PORT = 51820;

  private final Topology network = new Topology();
  private final List<Node> nodes = new ArrayList<>();
  private final List<RunningCommand> processes = new ArrayList<>();

  private Mesh() {}

  /** Starts it; data directories go into {@code folder}. */
  static Mesh start(int workers, Path folder) {
    Mesh mesh = new Mesh();
    try {
      mesh.setUp(workers, folder);
      mesh.processes.add(mesh.leader().up());
      List<Node> others = mesh.nodes.subList(1, workers + 1);
      others.forEach(worker -> mesh.processes.add(worker.command("up").start()));
      others.forEach(worker -> worker.awaitUp(mesh.process(worker)));
      return mesh;
    } catch (RuntimeException | AssertionError e) {
      mesh.close();
      throw e;
    }
  }

  private void setUp(int workers, Path folder) {
    List<Netns> hosts = new ArrayList<>();
    List<Nic> nics = new ArrayList<>();
    for (int i = 0; i <= workers; i++) {
      hosts.add(network.namespace());
      nics.add(hosts.get(i).nic("192.0.2." + (i + 1) + "/24"));
    }
    network.bridge(nics.toArray(Nic[]::new));
    List<BootstrapOptions> options = new ArrayList<>();
    for (int i = 0; i <= workers; i++) {
      options.add(
          BootstrapOptions.DEFAULT
              .withInterfaceName(Node.nextInterfaceName())
              .withEndpoint(HostPort.parse("192.0.2." + (i + 1) + ":" + PORT)));
    }
    Path leaderFolder = folder.resolve("leader");
    try (OverlayBootstrap leader =
        OverlayBootstrap.initLeader(Node.CIDR, PORT, leaderFolder, options.getFirst())) {
      nodes.add(Node.of(hosts.getFirst(), leader.node()));
      for (int i = 1; i <= workers; i++) {
        nodes.add(
            Node.of(hosts.get(i), join(leader, folder.resolve("worker" + i), options.get(i))));
      }
    }
  }

  /** Sets a worker up and tells the leader of it, but not where it is. */
  private static NodeDescription join(OverlayBootstrap leader, Path folder, BootstrapOptions own) {
    try (OverlayBootstrap worker =
        OverlayBootstrap.join(
            Node.CIDR,
            leader.node().endpoint().orElseThrow().toString(),
            leader.publicKey().toBase64(),
            leader.nodeIp(),
            leader.nextFreeAddress().orElseThrow(),
            PORT,
            folder,
            own)) {
      leader.addPeer(
          PeerConfig.of(worker.interfaceName(), worker.publicKey().toBase64())
              .withOverlayIp(worker.nodeIp()));
      return worker.node();
    }
  }

  Node leader() {
    return nodes.getFirst();
  }

  /** A worker, counted from 1. */
  Node worker(int number) {
    return nodes.get(number);
  }

  /** The process of a node, as this mesh has started it. */
  RunningCommand process(Node node) {
    return processes.get(nodes.indexOf(node));
  }

  @Override
  public void close() {
    network.close();
  }
}
