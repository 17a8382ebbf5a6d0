package dev.zlayer.overlay.health;

import dev.zlayer.crypto.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An interface and its peers, as a check found them.
 *
 * @param interfaceName the interface
 * @param peers each of them, in the interface's order
 * @param checkedAt when the check ended
 */
public record OverlayHealth(String interfaceName, List<PeerHealth> peers, Instant checkedAt) {
  public OverlayHealth {
    peers = List.copyOf(peers);
  }

  public int totalPeers() {
    return peers.size();
  }

  public int healthyPeers() {
    return (int) peers.stream().filter(PeerHealth::healthy).count();
  }

  public int unhealthyPeers() {
    return totalPeers() - healthyPeers();
  }

  public Optional<PeerHealth> peer(PublicKey key) {
    return peers.stream().filter(peer -> peer.publicKey().equals(key)).findFirst();
  }
}
