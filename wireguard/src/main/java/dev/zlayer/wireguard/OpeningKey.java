package dev.zlayer.wireguard;

import dev.zlayer.crypto.Aead;
import dev.zlayer.memory.PacketBuffer;

/**
 * A session's receiving half: opens transport messages in place and refuses repeated ones (section
 * 5.4.6).
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

  private final Aead aead;
  private final ReplayWindow window = new ReplayWindow();
  private boolean erased;

  OpeningKey(Aead aead) {
    this.aead = aead;
  }

  /** Opens a transport message of at least 32 bytes in place: what is left is the padded packet. */
  synchronized Outcome open(PacketBuffer message) {
    if (erased) {
      return Outcome.ERASED;
    }
    long counter = message.getLongLittleEndian(8);
    if (!window.isPlausible(counter)) {
      return Outcome.REPLAYED;
    }
    long text = message.address() + Protocol.TRANSPORT_HEADER_BYTES;
    int sealedBytes = message.length() - Protocol.TRANSPORT_HEADER_BYTES;
    if (!aead.open(counter, text, sealedBytes, text)) {
      return Outcome.WRONG_TAG;
    }
    if (!window.accept(counter)) {
      return Outcome.REPLAYED;
    }
    message.trimFront(Protocol.TRANSPORT_HEADER_BYTES);
    message.length(sealedBytes - Aead.TAG_BYTES);
    return Outcome.OPENED;
  }

  synchronized void erase() {
    if (!erased) {
      erased = true;
      aead.close();
    }
  }
}
