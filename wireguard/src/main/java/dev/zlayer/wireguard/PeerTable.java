package dev.zlayer.wireguard;

import dev.zlayer.crypto.PublicKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

/**
 * The configured peers, and the table of who owns which addresses. Changes belong to the engine's
 * lock; packet threads read the table of addresses as a snapshot.
 */
final class PeerTable {
  private final Map<PublicKey, Peer> peers = new LinkedHashMap<>();
  private volatile AllowedIps<Peer> allowedIps = AllowedIps.empty();

  /** The peer with {@code key}, or null. */
  Peer find(PublicKey key) {
    return peers.get(key);
  }

  /** Whether the peer is configured; a packet thread may still work for one that was removed. */
  boolean has(Peer peer) {
    return peers.get(peer.publicKey()) == peer;
  }

  Collection<Peer> all() {
    return peers.values();
  }

  AllowedIps<Peer> allowedIps() {
    return allowedIps;
  }

  void add(Peer peer) {
    peers.put(peer.publicKey(), peer);
  }

  void remove(Peer peer) {
    own(peer, new LinkedHashSet<>());
    peers.remove(peer.publicKey());
  }

  /** Gives the peer another key; its place in the order changes to the last. */
  void rename(Peer peer, PublicKey key) {
    peers.remove(peer.publicKey());
    peer.publicKey(key);
    peers.put(key, peer);
  }

  /** Makes {@code prefixes} the peer's addresses; what others had of them they lose. */
  void own(Peer peer, SequencedSet<Cidr> prefixes) {
    AllowedIps<Peer> changed = allowedIps;
    for (Cidr prefix : peer.allowedIps) {
      if (!prefixes.contains(prefix)) {
        changed = changed.without(prefix, peer);
      }
    }
    for (Cidr prefix : prefixes) {
      Peer former = changed.ownerOf(prefix);
      if (former != null && former != peer) {
        former.allowedIps.remove(prefix);
      }
      changed = changed.with(prefix, peer);
    }
    peer.allowedIps = new LinkedHashSet<>(prefixes);
    allowedIps = changed;
  }
}
