package dev.zlayer.device;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;

/** The lines of a {@code set=1} that follow a {@code public_key}, while they come in. */
final class UapiPeerSection {
  private final PublicKey publicKey;
  private final ToIntFunction<String> interfaceIndex;
  private boolean isRemoved;
  private boolean updateOnly;
  private Optional<PresharedKey> presharedKey = Optional.empty();
  private Optional<Endpoint> endpoint = Optional.empty();
  private OptionalInt persistentKeepaliveSeconds = OptionalInt.empty();
  private boolean replaceAllowedIps;
  private final List<UapiChange.AllowedIp> allowedIps = new ArrayList<>();

  UapiPeerSection(PublicKey publicKey, ToIntFunction<String> interfaceIndex) {
    this.publicKey = publicKey;
    this.interfaceIndex = interfaceIndex;
  }

  /**
   * Takes a line.
   *
   * @throws UapiRefusal if a peer has no such key, or the key not such a value
   */
  void take(String key, String value) throws UapiRefusal {
    switch (key) {
      case "remove" -> {
        UapiValue.require(key, value, "true");
        isRemoved = true;
      }
      case "update_only" -> {
        UapiValue.require(key, value, "true");
        updateOnly = true;
      }
      case "preshared_key" -> presharedKey = Optional.of(UapiValue.presharedKey(key, value));
      case "endpoint" -> endpoint = Optional.of(UapiValue.endpoint(key, value, interfaceIndex));
      case "persistent_keepalive_interval" ->
          persistentKeepaliveSeconds = OptionalInt.of(UapiValue.unsignedShort(key, value));
      case "replace_allowed_ips" -> {
        UapiValue.require(key, value, "true");
        replaceAllowedIps = true;
        allowedIps.clear();
      }
      case "allowed_ip" -> allowedIps.add(UapiValue.allowedIp(key, value));
      case "protocol_version" -> UapiValue.require(key, value, "1");
      default -> throw UapiRefusal.malformed("not a key of a peer");
    }
  }

  /** What all lines together ask for. */
  UapiChange change() {
    return isRemoved
        ? new UapiChange.RemovePeer(publicKey)
        : new UapiChange.ChangePeer(
            publicKey,
            updateOnly,
            presharedKey,
            endpoint,
            persistentKeepaliveSeconds,
            replaceAllowedIps,
            allowedIps);
  }
}
