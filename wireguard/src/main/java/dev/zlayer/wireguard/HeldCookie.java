package dev.zlayer.wireguard;

import dev.zlayer.crypto.Blake2s;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PublicKey;
import java.util.Arrays;

/**
 * The cookie that a peer gave us when it was under load, which goes into our handshake messages to
 * it for two minutes (section 5.4.4, section 5.4.7). The engine's lock guards it.
 */
final class HeldCookie {
  private static final int NONCE = 8;
  private static final int SEALED = 32;

  /** A cookie is given up this long before its giver's secret may change. */
  private static final long MARGIN_NANOS = 5_000_000_000L;

  private byte[] lastMac1 = {};
  private byte[] cookie = {};
  private long untilNanos;

  /** Writes MAC2 into a message that has its MAC1, where a cookie is held; it is zero otherwise. */
  void stamp(byte[] message, long nowNanos) {
    int mac2 = message.length - Protocol.MAC_BYTES;
    lastMac1 = Arrays.copyOfRange(message, mac2 - Protocol.MAC_BYTES, mac2);
    if (cookie.length > 0 && nowNanos < untilNanos) {
      byte[] mac = Blake2s.mac(cookie, Arrays.copyOf(message, mac2));
      System.arraycopy(mac, 0, message, mac2, Protocol.MAC_BYTES);
    }
  }

  /**
   * Takes a cookie reply to the message that was stamped last.
   *
   * @param giver the peer's public key
   * @return false if it isn't authentic, or answers no message of ours
   */
  boolean accept(Crypto crypto, byte[] reply, PublicKey giver, long nowNanos) {
    byte[] opened = new byte[Protocol.MAC_BYTES];
    boolean authentic =
        lastMac1.length > 0
            && crypto.openExtended(
                Identity.cookieKey(giver),
                Arrays.copyOfRange(reply, NONCE, SEALED),
                Arrays.copyOfRange(reply, SEALED, Protocol.COOKIE_REPLY_BYTES),
                lastMac1,
                opened);
    if (authentic) {
      cookie = opened;
      untilNanos = nowNanos + Protocol.COOKIE_NANOS - MARGIN_NANOS;
      lastMac1 = new byte[0];
    }
    return authentic;
  }
}
