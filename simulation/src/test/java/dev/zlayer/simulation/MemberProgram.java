package dev.zlayer.simulation;

import java.net.InetAddress;

/** A node of the mesh that runs: what {@code RunningNode} is in the product. */
abstract class MemberProgram extends Program {
  final DiskRegistry registry;
  final Peers peers;

  MemberProgram(Host host, DiskRegistry registry) {
    super(host, registry.state().config().privateKey());
    this.registry = registry;
    this.peers = new Peers(this, registry);
  }

  /** Makes the interface and, on a leader, the map what the registry says. */
  void reconcile() {
    peers.reconcile();
    namesChanged();
    peers.wake();
  }

  /** The names that are added by hand have changed. */
  void namesChanged() {}

  @Override
  InetAddress address() {
    return registry.node().address();
  }

  /** Sends a text to whoever has this address. */
  void echo(InetAddress target, String text) {
    device.send(TcpPacket.echo(address(), target, text));
  }
}
