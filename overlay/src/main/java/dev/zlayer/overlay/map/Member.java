package dev.zlayer.overlay.map;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * One node of the mesh in the network map, the leader among them; its names as {@link PeerConfig}
 * has them.
 *
 * @param nodeId {@value MeshNode#LEADER_ID} is the leader
 * @param overlayIp its address in the overlay's first network
 * @param declared where it says that it is reached
 * @param observed where the leader hears it
 * @param enrolled whether it came by an invite, so that members share keys with it
 * @param presharedKey between it and the one node that this map is for; never printed
 */
public record Member(
    String nodeId,
    PublicKey publicKey,
    InetAddress overlayIp,
    Optional<HostPort> declared,
    Optional<HostPort> observed,
    Optional<String> hostname,
    Optional<Cidr> slice,
    boolean enrolled,
    Optional<PresharedKey> presharedKey) {
  public Member {
    Objects.requireNonNull(nodeId);
    Objects.requireNonNull(publicKey);
    Objects.requireNonNull(overlayIp);
    Objects.requireNonNull(declared);
    Objects.requireNonNull(observed);
    Objects.requireNonNull(hostname);
    Objects.requireNonNull(slice);
    Objects.requireNonNull(presharedKey);
    peer(nodeId, publicKey, overlayIp, declared, hostname, slice, presharedKey);
  }

  /** A peer of the leader's, without a preshared key. */
  static Member of(PeerConfig peer, Optional<HostPort> observed, boolean enrolled) {
    return new Member(
        peer.nodeId(),
        peer.publicKey(),
        peer.overlayIp().orElseThrow(),
        peer.endpoint(),
        observed,
        peer.hostname(),
        peer.slice(),
        enrolled,
        Optional.empty());
  }

  /** The leader itself. */
  static Member leader(MeshNode node, Optional<HostPort> declared) {
    return new Member(
        MeshNode.LEADER_ID,
        node.publicKey(),
        node.address(),
        declared,
        Optional.empty(),
        Optional.empty(),
        node.slice(),
        false,
        Optional.empty());
  }

  public boolean isLeader() {
    return nodeId.equals(MeshNode.LEADER_ID);
  }

  Member withPresharedKey(Optional<PresharedKey> key) {
    return new Member(
        nodeId, publicKey, overlayIp, declared, observed, hostname, slice, enrolled, key);
  }

  /** The peer that it is to the node that the map is for. */
  PeerConfig toPeer() {
    return peer(nodeId, publicKey, overlayIp, declared, hostname, slice, presharedKey);
  }

  private static PeerConfig peer(
      String nodeId,
      PublicKey publicKey,
      InetAddress overlayIp,
      Optional<HostPort> declared,
      Optional<String> hostname,
      Optional<Cidr> slice,
      Optional<PresharedKey> presharedKey) {
    return new PeerConfig(
        nodeId,
        publicKey,
        declared,
        Optional.of(overlayIp),
        PeerConfig.DEFAULT_KEEPALIVE,
        hostname,
        presharedKey,
        slice);
  }
}
