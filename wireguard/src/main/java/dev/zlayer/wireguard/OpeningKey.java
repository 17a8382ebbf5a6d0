package dev.zlayer.wireguard;

import dev.zlayer.crypto.Aead;
import dev.zlayer.memory.PacketBuffer;

/**
 * A session's receiving half: opens transport messages and refuses repeated ones (section 5.4.6).
 *
 * <p>Thread safe: its own monitor guards cipher and replay window.
 */
final class OpeningKey {
  enum Outcome {
    OPENED,
    WRONG_TAG,
    REPLAYED,
    ERASED
  }

  // Of the cipher's room, the message's own header and tag are a part.
  private static final int MESSAGE_HEADROOM_BYTES =
      Aead.ROOM_BYTES - Protocol.TRANSPORT_HEADER_BYTES;
  private static final int MESSAGE_TAILROOM_BYTES = Aead.ROOM_BYTES - Aead.TAG_BYTES;

  private final Aead aead;
  private final ReplayWindow window = new ReplayWindow();
  private long messages;
  private boolean erased;

  OpeningKey(Aead aead) {
    this.aead = aead;
  }

  /** Whether there is room to open {@code message}, of at least 32 bytes, into {@code packet}. */
  static boolean hasRoom(PacketBuffer message, PacketBuffer packet) {
    return message.headroom() >= MESSAGE_HEADROOM_BYTES
        && message.tailroom() >= MESSAGE_TAILROOM_BYTES
        && packet.headroom() >= Aead.ROOM_BYTES
        && packet.tailroom() >= plainBytes(message) + Aead.ROOM_BYTES;
  }

  private static int plainBytes(PacketBuffer message) {
    return message.length() - Protocol.TRANSPORT_HEADER_BYTES - Aead.TAG_BYTES;
  }

  /**
   * Opens a transport message of at least 32 bytes into {@code packet}, which is empty and then
   * holds the padded packet. There must be {@link #hasRoom room}. The message is spent.
   */
  synchronized Outcome open(PacketBuffer message, PacketBuffer packet) {
    if (erased) {
      return Outcome.ERASED;
    }
    long counter = message.getLongLittleEndian(8);
    if (!window.isPlausible(counter)) {
      return Outcome.REPLAYED;
    }
    message.requireRoom(MESSAGE_HEADROOM_BYTES, MESSAGE_TAILROOM_BYTES);
    packet.length(plainBytes(message));
    packet.requireRoom(Aead.ROOM_BYTES, Aead.ROOM_BYTES);
    long text = message.address() + Protocol.TRANSPORT_HEADER_BYTES;
    int sealedBytes = message.length() - Protocol.TRANSPORT_HEADER_BYTES;
    if (!aead.open(counter, text, sealedBytes, packet.address())) {
      return Outcome.WRONG_TAG;
    }
    if (!window.accept(counter)) {
      return Outcome.REPLAYED;
    }
    messages++;
    return Outcome.OPENED;
  }

  /** Messages opened so far. */
  synchronized long messages() {
    return messages;
  }

  synchronized void erase() {
    if (!erased) {
      erased = true;
      aead.close();
    }
  }
}
