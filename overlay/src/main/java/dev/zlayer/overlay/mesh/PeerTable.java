package dev.zlayer.overlay.mesh;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.PeerConfig;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The peers in the order in which they came, and found by everything that is unique to one. */
final class PeerTable {
  private final Map<PublicKey, PeerConfig> byPublicKey = new LinkedHashMap<>();
  private final Map<String, PeerConfig> byNodeId = new HashMap<>();
  private final Map<String, PeerConfig> byHostname = new HashMap<>();
  private final Map<InetAddress, PeerConfig> byAddress = new HashMap<>();

  int size() {
    return byPublicKey.size();
  }

  List<PeerConfig> inOrder() {
    return List.copyOf(byPublicKey.values());
  }

  Optional<PeerConfig> byPublicKey(PublicKey publicKey) {
    return Optional.ofNullable(byPublicKey.get(publicKey));
  }

  Optional<PeerConfig> byNodeId(String nodeId) {
    return Optional.ofNullable(byNodeId.get(nodeId));
  }

  /** Upper and lower case are the same, as in DNS. */
  Optional<PeerConfig> byHostname(String hostname) {
    return Optional.ofNullable(byHostname.get(hostname.toLowerCase(Locale.ROOT)));
  }

  Optional<PeerConfig> byAddress(InetAddress address) {
    return Optional.ofNullable(byAddress.get(address));
  }

  /**
   * Adds a peer that {@link #requireUnique} let pass and whose address is known and free.
   *
   * @throws IllegalStateException when it has no address
   */
  void add(PeerConfig peer) {
    byAddress.put(peer.overlayIp().orElseThrow(IllegalStateException::new), peer);
    byPublicKey.put(peer.publicKey(), peer);
    byNodeId.put(peer.nodeId(), peer);
    peer.hostname().ifPresent(name -> byHostname.put(name.toLowerCase(Locale.ROOT), peer));
  }

  /** Puts {@code peer} in the place of the one with its key, id, names and address. */
  void replace(PeerConfig peer) {
    byPublicKey.replace(peer.publicKey(), peer);
    add(peer);
  }

  void remove(PeerConfig peer) {
    peer.overlayIp().ifPresent(byAddress::remove);
    byPublicKey.remove(peer.publicKey());
    byNodeId.remove(peer.nodeId());
    peer.hostname().ifPresent(name -> byHostname.remove(name.toLowerCase(Locale.ROOT)));
  }

  /** Checks that nobody has the key, the id or the host name of {@code peer} yet. */
  void requireUnique(PeerConfig peer) {
    byPublicKey(peer.publicKey())
        .ifPresent(holder -> refuse("public key", peer.publicKey().toBase64(), holder));
    byNodeId(peer.nodeId()).ifPresent(holder -> refuse("node id", peer.nodeId(), holder));
    peer.hostname()
        .flatMap(this::byHostname)
        .ifPresent(holder -> refuse("hostname", peer.hostname().orElseThrow(), holder));
  }

  private static void refuse(String what, String value, PeerConfig holder) {
    throw new MeshRefusal(
        "%s '%s' is taken by peer '%s': remove that peer first"
            .formatted(what, value, holder.nodeId()));
  }
}
