package dev.zlayer.wireguard;

import dev.zlayer.crypto.Aead;
import dev.zlayer.memory.PacketBuffer;

/**
 * A session's sending half: turns packets into transport messages in place (section 5.4.6).
 *
 * <p>Thread safe: its own monitor guards counter and cipher, so that several threads may send.
 */
final class SealingKey {
  private final Aead aead;
  private final int remoteIndex;
  private long counter;
  private boolean erased;

  SealingKey(Aead aead, int remoteIndex) {
    this.aead = aead;
    this.remoteIndex = remoteIndex;
  }

  /**
   * Seals the packet in place; it needs {@link Engine#HEADROOM_BYTES} before it and {@link
   * Engine#TAILROOM_BYTES} after it.
   *
   * @param mtu the padding, to a multiple of 16, doesn't take the packet past it
   * @return false, with the packet untouched, if the key is erased or used up
   */
  synchronized boolean seal(PacketBuffer packet, int mtu) {
    if (erased || Long.compareUnsigned(counter, Protocol.REJECT_AFTER_MESSAGES) >= 0) {
      return false;
    }
    int plainBytes = packet.length();
    int paddedBytes = paddedLength(plainBytes, mtu);
    packet.requireRoom(Aead.ROOM_BYTES, paddedBytes - plainBytes + Aead.ROOM_BYTES);
    packet.length(paddedBytes);
    packet.zero(plainBytes, paddedBytes - plainBytes);
    long nonce = counter++;
    aead.seal(nonce, packet.address(), paddedBytes);
    packet.growFront(Protocol.TRANSPORT_HEADER_BYTES);
    packet.length(Protocol.TRANSPORT_HEADER_BYTES + paddedBytes + Aead.TAG_BYTES);
    packet.putIntLittleEndian(0, Protocol.TYPE_TRANSPORT);
    packet.putIntLittleEndian(4, remoteIndex);
    packet.putLongLittleEndian(8, nonce);
    return true;
  }

  /** Messages sealed so far. */
  synchronized long messages() {
    return counter;
  }

  /** Spends all counters below {@code counter}: tests can't send that many messages. */
  synchronized void skipTo(long counter) {
    this.counter = counter;
  }

  synchronized void erase() {
    if (!erased) {
      erased = true;
      aead.close();
    }
  }

  private static int paddedLength(int bytes, int mtu) {
    int padded = (bytes + Protocol.PADDING_BYTES - 1) & -Protocol.PADDING_BYTES;
    return Math.max(bytes, Math.min(padded, mtu));
  }
}
