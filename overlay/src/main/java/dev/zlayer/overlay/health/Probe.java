package dev.zlayer.overlay.health;

import dev.zlayer.linux.IcmpSocket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tries whether an address answers. For platform threads, in whose network namespace it looks. */
final class Probe {
  private static final List<Duration> ECHO_TIMEOUTS =
      List.of(Duration.ofMillis(300), Duration.ofMillis(500), Duration.ofSeconds(1));

  private Probe() {}

  /**
   * Sends ICMP echoes one after another until one is answered: a single lost packet is nothing to
   * judge by. The last one is waited for longest, for those who are far away.
   *
   * @return their round trips; empty for one that wasn't answered, all but the last are
   */
  static List<Optional<Duration>> ping(InetAddress target) throws IOException {
    List<Optional<Duration>> echoes = new ArrayList<>();
    try (IcmpSocket socket =
        IcmpSocket.open(
            target instanceof Inet6Address
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET)) {
      for (Duration timeout : ECHO_TIMEOUTS) {
        echoes.add(echo(socket, target, timeout));
        if (echoes.getLast().isPresent()) {
          break;
        }
      }
      return echoes;
    }
  }

  /** A request that can't even be sent (no route, the interface is down) isn't answered. */
  private static Optional<Duration> echo(IcmpSocket socket, InetAddress target, Duration timeout) {
    try {
      return socket.echo(target, timeout);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** How long it took to open a TCP connection, or empty when none was opened in time. */
  static Optional<Duration> connect(InetAddress target, int port, Duration timeout) {
    long begun = System.nanoTime();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(target, port), Math.toIntExact(timeout.toMillis()));
      return Optional.of(Duration.ofNanos(System.nanoTime() - begun));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
