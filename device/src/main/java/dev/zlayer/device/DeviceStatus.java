package dev.zlayer.device;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.wireguard.DropReason;
import dev.zlayer.wireguard.PeerStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A device as it is now.
 *
 * @param publicKey empty while the device has no key
 * @param fwMark the mark of what it sends, 32 bits; 0 for none
 * @param crypto which implementation of the primitives runs
 * @param drops packets that went no further, over all peers and strangers
 */
public record DeviceStatus(
    String interfaceName,
    Optional<PublicKey> publicKey,
    int listenPort,
    int fwMark,
    int mtu,
    String crypto,
    List<PeerStatus> peers,
    Map<DropReason, Long> drops) {
  /** The peers by their public keys. */
  public Map<PublicKey, PeerStatus> peersByKey() {
    Map<PublicKey, PeerStatus> byKey = new HashMap<>();
    peers.forEach(peer -> byKey.put(peer.settings().publicKey(), peer));
    return byKey;
  }
}
