package dev.zlayer.simulation;

import dev.zlayer.crypto.PrivateKey;
import java.net.InetAddress;
import java.time.Duration;

/**
 * A program that runs on a host, with an interface of the overlay. Whatever it has yet to do is
 * forgotten when it ends.
 */
abstract class Program {
  final World world;
  final Host host;
  final SimulatedDevice device;
  private boolean ended;

  Program(Host host, PrivateKey privateKey) {
    this.host = host;
    this.world = host.world;
    this.device = new SimulatedDevice(world, host, privateKey);
  }

  abstract void start();

  /** A request or an answer has come through the tunnel. */
  abstract void receive(TcpPacket packet);

  /** Its address in the overlay. */
  abstract InetAddress address();

  void receive(byte[] packet) {
    if (TcpPacket.isTcp(packet)) {
      receive(TcpPacket.parse(packet));
    } else {
      host.hear(TcpPacket.text(packet));
    }
  }

  /** Does something later, if it still runs then. */
  final void later(Duration delay, Runnable step) {
    world.later(
        delay,
        () -> {
          if (!ended) {
            host.run(step);
          }
        });
  }

  final boolean hasEnded() {
    return ended;
  }

  final void end() {
    ended = true;
    device.close();
  }
}
