package dev.zlayer.wireguard;

import static dev.zlayer.memory.EcnField.CONGESTION_EXPERIENCED;
import static dev.zlayer.memory.EcnField.ECT_0;
import static dev.zlayer.memory.EcnField.NOT_CAPABLE;

import dev.zlayer.memory.EcnField;
import dev.zlayer.memory.PacketBuffer;

/**
 * Explicit congestion notification across the tunnel, by RFC 6040 in its normal mode: the packet's
 * mark ({@link EcnField}) goes outside with it, and what a router marked outside comes in.
 */
final class Ecn {
  private Ecn() {}

  /**
   * Takes the mark outside, {@link PacketBuffer#ecn}, into the packet (section 4.2).
   *
   * @return false when it must be dropped: it met congestion, and whoever sent it wouldn't
   *     understand a mark
   */
  static boolean decapsulate(PacketBuffer packet) {
    int outer = packet.ecn();
    if (outer == NOT_CAPABLE || outer == ECT_0) {
      return true;
    }
    int inner = EcnField.of(packet);
    if (inner == NOT_CAPABLE) {
      return outer != CONGESTION_EXPERIENCED;
    }
    if (outer == CONGESTION_EXPERIENCED || inner == ECT_0) {
      EcnField.set(packet, outer);
    }
    return true;
  }
}
