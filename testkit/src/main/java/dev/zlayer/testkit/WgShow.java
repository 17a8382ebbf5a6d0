package dev.zlayer.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A WireGuard device as {@code wg show INTERFACE dump} sees it; keys but the public ones are left
 * out.
 *
 * @param listenPort 0 when none is chosen yet
 */
public record WgShow(String publicKey, int listenPort, List<Peer> peers) {
  public WgShow {
    peers = List.copyOf(peers);
  }

  /**
   * One peer of the device.
   *
   * @param allowedIps as {@code 10.0.0.2/32}, in the order of the device
   * @param latestHandshake empty before the first
   * @param receivedBytes with headers and handshakes, as the device counts them
   * @param sentBytes likewise
   * @param keepalive empty when off
   */
  public record Peer(
      String publicKey,
      boolean hasPresharedKey,
      Optional<String> endpoint,
      List<String> allowedIps,
      Optional<Instant> latestHandshake,
      long receivedBytes,
      long sentBytes,
      Optional<Duration> keepalive) {
    public Peer {
      allowedIps = List.copyOf(allowedIps);
    }
  }

  /** Asks {@code wg} inside the namespace. */
  public static WgShow of(Netns namespace, String interfaceName) {
    Tools.require("wg", "wireguard-tools");
    return parse(namespace.exec("wg", "show", interfaceName, "dump"));
  }

  /**
   * The peer with this public key.
   *
   * @throws AssertionError when the device has none
   */
  public Peer peer(String publicKey) {
    return peers.stream()
        .filter(peer -> peer.publicKey().equals(publicKey))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no peer " + publicKey + " in " + this));
  }

  static WgShow parse(String dump) {
    List<String> lines = dump.lines().toList();
    List<String> device = fields(lines.getFirst(), 4);
    return new WgShow(
        device.get(1),
        Integer.parseInt(device.get(2)),
        lines.stream().skip(1).map(WgShow::parsePeer).toList());
  }

  private static Peer parsePeer(String line) {
    List<String> fields = fields(line, 8);
    return new Peer(
        fields.get(0),
        known(fields.get(1)).isPresent(),
        known(fields.get(2)),
        known(fields.get(3)).map(ips -> List.of(ips.split(",", -1))).orElse(List.of()),
        known(fields.get(4)).map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds))),
        Long.parseLong(fields.get(5)),
        Long.parseLong(fields.get(6)),
        known(fields.get(7)).map(seconds -> Duration.ofSeconds(Long.parseLong(seconds))));
  }

  private static List<String> fields(String line, int count) {
    List<String> fields = List.of(line.split("\t", -1));
    if (fields.size() != count) {
      throw new AssertionError("wg show dump: expected " + count + " fields in '" + line + "'");
    }
    return fields;
  }

  private static Optional<String> known(String field) {
    return Stream.of("(none)", "off", "0").anyMatch(field::equals)
        ? Optional.empty()
        : Optional.of(field);
  }
}
