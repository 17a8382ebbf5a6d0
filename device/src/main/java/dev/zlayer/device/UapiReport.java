package dev.zlayer.device;

import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import dev.zlayer.wireguard.PeerStatus;
import java.time.Instant;
import java.util.Optional;

/** The answer to {@code get=1} of the cross-platform userspace interface: keys and values. */
final class UapiReport {
  private final StringBuilder text = new StringBuilder();

  private UapiReport() {}

  static String of(DeviceStatus status, Optional<PrivateKey> privateKey) {
    UapiReport report = new UapiReport();
    privateKey.ifPresent(key -> report.add("private_key", key.toHex()));
    report.add("listen_port", status.listenPort());
    if (status.fwMark() != 0) {
      report.add("fwmark", Integer.toUnsignedString(status.fwMark()));
    }
    status.peers().forEach(report::addPeer);
    return report.text.toString();
  }

  private void addPeer(PeerStatus peer) {
    PeerSettings settings = peer.settings();
    add("public_key", settings.publicKey().toHex());
    add("preshared_key", settings.presharedKey().toHex());
    add("protocol_version", 1);
    settings.endpoint().ifPresent(endpoint -> add("endpoint", endpoint));
    Instant handshake = peer.lastHandshake().orElse(Instant.EPOCH);
    add("last_handshake_time_sec", handshake.getEpochSecond());
    add("last_handshake_time_nsec", handshake.getNano());
    add("tx_bytes", peer.sentBytes());
    add("rx_bytes", peer.receivedBytes());
    add("persistent_keepalive_interval", settings.persistentKeepaliveSeconds());
    for (Cidr prefix : settings.allowedIps()) {
      add("allowed_ip", prefix);
    }
  }

  private void add(String key, Object value) {
    text.append(key).append('=').append(value).append('\n');
  }
}
