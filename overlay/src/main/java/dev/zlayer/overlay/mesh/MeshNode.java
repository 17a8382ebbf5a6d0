package dev.zlayer.overlay.mesh;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.ipam.HostRange;
import dev.zlayer.overlay.ipam.NetworkPair;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The node whose view of the mesh this is.
 *
 * @param network the overlay's network, which addresses are leased from
 * @param address the node's own address in it
 * @param networkV6 the IPv6 network beside an IPv4 one, as {@link NetworkPair} has it
 * @param publicKey its WireGuard key
 * @param leader whether it leases addresses to others
 * @param slice addresses behind this node that are routed to it beside its own
 * @param hostname its further name in the zone, as its leader has it
 */
public record MeshNode(
    Cidr network,
    InetAddress address,
    Optional<Cidr> networkV6,
    PublicKey publicKey,
    boolean leader,
    Optional<Cidr> slice,
    Optional<String> hostname) {
  /** The node id by which workers know their leader. */
  public static final String LEADER_ID = "leader";

  public MeshNode {
    HostRange.of(network).requireHost(address);
    Objects.requireNonNull(publicKey);
    Objects.requireNonNull(slice);
    Objects.requireNonNull(hostname);
    networkV6.ifPresent(ipv6 -> new NetworkPair(network, ipv6));
  }

  /** A node of an overlay with one network. */
  public MeshNode(
      Cidr network,
      InetAddress address,
      PublicKey publicKey,
      boolean leader,
      Optional<Cidr> slice) {
    this(network, address, Optional.empty(), publicKey, leader, slice, Optional.empty());
  }

  /** The same node under another host name. */
  public MeshNode withHostname(Optional<String> value) {
    return new MeshNode(network, address, networkV6, publicKey, leader, slice, value);
  }

  /** The overlay's networks: one, or an IPv4 and an IPv6 one. */
  public List<Cidr> networks() {
    return Stream.concat(Stream.of(network), networkV6.stream()).toList();
  }

  /** The node's own addresses, one in each network. */
  public List<InetAddress> addresses() {
    return addressesOf(address);
  }

  /** The addresses of the node with this address in {@link #network}, that one first. */
  public List<InetAddress> addressesOf(InetAddress node) {
    return Stream.concat(
            Stream.of(node),
            networkV6.stream().map(ipv6 -> new NetworkPair(network, ipv6).ipv6Of(node)))
        .toList();
  }
}
