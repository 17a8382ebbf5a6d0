package dev.zlayer.overlay.mesh;

import dev.zlayer.overlay.internal.KeyText;
import dev.zlayer.overlay.ipam.Cidr;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * The node whose view of the mesh this is.
 *
 * @param network the overlay's network
 * @param address the node's own address in it
 * @param publicKey its WireGuard key, base64
 * @param leader whether it leases addresses to others
 * @param slice addresses behind this node that are routed to it beside its own
 */
public record MeshNode(
    Cidr network, InetAddress address, String publicKey, boolean leader, Optional<Cidr> slice) {
  public MeshNode {
    network.requireHost(address);
    KeyText.requirePublic(publicKey);
    Objects.requireNonNull(slice);
  }
}
