package dev.zlayer.overlay.health;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.wireguard.Cidr;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks a WireGuard interface, ours or another implementation's, about its peers over its UAPI
 * socket.
 *
 * @see <a href="https://www.wireguard.com/xplatform/">The specification</a>
 */
final class InterfaceSocket {
  private static final ByteBuffer GET =
      ByteBuffer.wrap("get=1\n\n".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();

  private final Path path;

  InterfaceSocket(Path directory, String interfaceName) {
    this.path = directory.resolve(interfaceName + ".sock");
  }

  /**
   * Its peers as they are now.
   *
   * @throws OverlayException when nobody answers there, or not as the specification has it
   */
  List<PeerSample> peers() {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      ByteBuffer request = GET.duplicate();
      while (request.hasRemaining()) {
        channel.write(request);
      }
      return parse(new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new OverlayException(
          "no WireGuard interface answers at " + path + " (" + e.getMessage() + "): is it up?", e);
    } catch (IllegalArgumentException e) {
      throw new OverlayException("what answers at " + path + " isn't WireGuard's UAPI", e);
    }
  }

  private List<PeerSample> parse(BufferedReader lines) throws IOException {
    List<PeerSample> peers = new ArrayList<>();
    Optional<Section> section = Optional.empty();
    for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
      int equals = line.indexOf('=');
      String key = line.substring(0, Math.max(equals, 0));
      String value = line.substring(equals + 1);
      if (key.equals("public_key")) {
        section.map(Section::sample).ifPresent(peers::add);
        section = Optional.of(new Section(PublicKey.parseHex(value)));
      } else if (key.equals("errno") && !value.equals("0")) {
        throw new IOException("errno " + value);
      } else if (section.isPresent()) {
        section.get().take(key, value);
      }
    }
    section.map(Section::sample).ifPresent(peers::add);
    return peers;
  }

  /** The lines of one peer. */
  private static final class Section {
    private final PublicKey publicKey;
    private Optional<InetAddress> host = Optional.empty();
    private long handshakeSecond;
    private long handshakeNano;
    private long receivedBytes;

    Section(PublicKey publicKey) {
      this.publicKey = publicKey;
    }

    void take(String key, String value) {
      switch (key) {
        case "last_handshake_time_sec" -> handshakeSecond = Long.parseLong(value);
        case "last_handshake_time_nsec" -> handshakeNano = Long.parseLong(value);
        case "rx_bytes" -> receivedBytes = Long.parseLong(value);
        case "allowed_ip" -> {
          Cidr prefix = Cidr.parseEnclosing(value);
          if (host.isEmpty() && prefix.equals(Cidr.host(prefix.network()))) {
            host = Optional.of(prefix.network());
          }
        }
        default -> {} // of no interest here
      }
    }

    PeerSample sample() {
      Optional<Instant> handshake =
          handshakeSecond == 0 && handshakeNano == 0
              ? Optional.empty()
              : Optional.of(Instant.ofEpochSecond(handshakeSecond, handshakeNano));
      return new PeerSample(publicKey, host, handshake, receivedBytes);
    }
  }
}
