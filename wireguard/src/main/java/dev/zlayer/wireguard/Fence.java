package dev.zlayer.wireguard;

import dev.zlayer.memory.PacketBuffer;

/** A confinement as packet threads ask for it. Immutable; its packets aren't malformed. */
final class Fence {
  private final Confinement confinement;

  /** Holds the one address, so that it is compared without an object for each packet's. */
  private final AllowedIps<Confinement> target;

  Fence(Confinement confinement) {
    this.confinement = confinement;
    this.target =
        AllowedIps.<Confinement>empty().with(Cidr.host(confinement.target()), confinement);
  }

  Confinement confinement() {
    return confinement;
  }

  /** Whether the peer may send us the packet. */
  boolean letsIn(PacketBuffer packet) {
    return IpHeader.ownerOfTarget(packet, target) != null
        && IpHeader.tcpTargetPort(packet) == confinement.port();
  }

  /** Whether we may send the peer the packet. */
  boolean letsOut(PacketBuffer packet) {
    return IpHeader.ownerOfSource(packet, target) != null
        && IpHeader.tcpSourcePort(packet) == confinement.port();
  }
}
