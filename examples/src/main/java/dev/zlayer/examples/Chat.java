package dev.zlayer.examples;

import dev.zlayer.overlay.BootstrapOptions;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.InviteOptions;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.InviteToken;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A chat among the members of an overlay: what is typed on one appears on all others.
 *
 * <pre>
 *   Chat lead 192.0.2.1:51820 DIR   begins an overlay; there, "/invite bob" prints a token
 *   Chat join TOKEN DIR             becomes a member by it
 *   Chat DIR                        comes back with the same key, address and name
 * </pre>
 *
 * <p>Nobody has to log in: WireGuard lets a packet pass only from the address of the peer whose key
 * sealed it, so that the source of a message says who has written it.
 */
public final class Chat {
  private static final int PORT = 7777;
  private static final int MAX_BYTES = 1200;

  private Chat() {}

  public static void main(String[] arguments) throws IOException {
    try (OverlayBootstrap node = node(arguments)) {
      node.start();
      try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(node.nodeIp(), PORT))) {
        IO.println("Here is " + node.nodeIp().getHostAddress());
        Thread.ofVirtual().start(() -> showAll(node, socket));
        for (String line = IO.readln(); line != null; line = IO.readln()) {
          if (line.startsWith("/invite ")) {
            String name = line.substring("/invite ".length());
            IO.println(node.invite(InviteOptions.DEFAULT.withName(name)).encode());
          } else {
            say(line, node, socket);
          }
        }
      }
    }
  }

  private static OverlayBootstrap node(String[] arguments) {
    Path directory = Path.of(arguments[arguments.length - 1]);
    return switch (arguments.length == 3 ? arguments[0] : "load") {
      case "lead" -> {
        HostPort endpoint = HostPort.parse(arguments[1]);
        yield OverlayBootstrap.initLeader(
            OverlayBootstrap.DEFAULT_OVERLAY_CIDR,
            endpoint.port(),
            directory,
            BootstrapOptions.DEFAULT.withEndpoint(endpoint));
      }
      case "join" ->
          OverlayBootstrap.join(
              InviteToken.parse(arguments[1]),
              OverlayBootstrap.DEFAULT_WG_PORT,
              directory,
              BootstrapOptions.DEFAULT,
              IO::println);
      default -> OverlayBootstrap.load(directory);
    };
  }

  private static void say(String line, OverlayBootstrap node, DatagramSocket socket) {
    byte[] message = line.getBytes(StandardCharsets.UTF_8);
    for (PeerConfig peer : node.peers()) {
      try {
        InetAddress address = peer.overlayIp().orElseThrow();
        socket.send(new DatagramPacket(message, message.length, address, PORT));
      } catch (IOException e) {
        IO.println("(" + peer.nodeId() + " doesn't hear it: " + e.getMessage() + ")");
      }
    }
  }

  private static void showAll(OverlayBootstrap node, DatagramSocket socket) {
    DatagramPacket message = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
    while (!socket.isClosed()) {
      try {
        message.setLength(MAX_BYTES);
        socket.receive(message);
        String text = new String(message.getData(), 0, message.getLength(), StandardCharsets.UTF_8);
        IO.println(writer(node, message.getAddress()) + ": " + text);
      } catch (IOException e) {
        // The loop's condition tells whether that was the end.
      }
    }
  }

  private static String writer(OverlayBootstrap node, InetAddress address) {
    return node.peers().stream()
        .filter(peer -> peer.overlayIp().equals(Optional.of(address)))
        .map(PeerConfig::nodeId)
        .findFirst()
        .orElse(address.getHostAddress());
  }
}
