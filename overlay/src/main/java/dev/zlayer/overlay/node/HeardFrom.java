package dev.zlayer.overlay.node;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.wireguard.PeerStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where peers were heard from, as far as that means something to others and later. */
public final class HeardFrom {
  private HeardFrom() {}

  /** Where peers were heard from. */
  public static Map<PublicKey, HostPort> places(List<PeerStatus> peers) {
    Map<PublicKey, HostPort> places = new HashMap<>();
    for (PeerStatus peer : peers) {
      if (peer.lastHandshake().isPresent()) {
        peer.settings()
            .endpoint()
            .flatMap(HeardFrom::rememberable)
            .ifPresent(place -> places.put(peer.settings().publicKey(), place));
      }
    }
    return places;
  }

  /** A link-local address means something beside its interface only, whose number may change. */
  private static Optional<HostPort> rememberable(Endpoint endpoint) {
    return endpoint.scopeId() == 0
        ? Optional.of(HostPort.of(endpoint.address(), endpoint.port()))
        : Optional.empty();
  }
}
