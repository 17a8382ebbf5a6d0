package dev.zlayer.overlay.mesh;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.ipam.HostRange;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * The node whose view of the mesh this is.
 *
 * @param network the overlay's network
 * @param address the node's own address in it
 * @param publicKey its WireGuard key
 * @param leader whether it leases addresses to others
 * @param slice addresses behind this node that are routed to it beside its own
 */
public record MeshNode(
    Cidr network, InetAddress address, PublicKey publicKey, boolean leader, Optional<Cidr> slice) {
  public MeshNode {
    HostRange.of(network).requireHost(address);
    Objects.requireNonNull(publicKey);
    Objects.requireNonNull(slice);
  }
}
