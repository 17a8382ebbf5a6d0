package dev.zlayer.wireguard;

import dev.zlayer.crypto.Blake2s;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.memory.Endpoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Has initiators prove where they are before we do expensive work for them (section 5.3, section
 * 5.4.7): a cookie is a MAC over their address under a secret that changes every two minutes.
 *
 * <p>The engine's lock guards it.
 */
final class CookieChecker {
  private static final int NONCE_BYTES = 24;
  private static final int SECRET_BYTES = 32;

  private final Crypto crypto;
  private final Entropy entropy;
  private final byte[] secret = new byte[SECRET_BYTES];
  private long secretUntilNanos;

  CookieChecker(Crypto crypto, Entropy entropy) {
    this.crypto = crypto;
    this.entropy = entropy;
  }

  /** The cookie of whoever sends from {@code source}. */
  byte[] cookie(Endpoint source, long nowNanos) {
    if (nowNanos >= secretUntilNanos) {
      entropy.fill(secret);
      secretUntilNanos = nowNanos + Protocol.COOKIE_NANOS;
    }
    byte[] address =
        ByteBuffer.allocate(2 * Long.BYTES + Short.BYTES)
            .putLong(source.high())
            .putLong(source.low())
            .putShort((short) source.port())
            .array();
    return Blake2s.mac(secret, address);
  }

  /** Whether MAC2 of a handshake message is made with its sender's {@code cookie}. */
  static boolean isProven(byte[] message, byte[] cookie) {
    int covered = message.length - Protocol.MAC_BYTES;
    byte[] mac2 = Arrays.copyOfRange(message, covered, message.length);
    byte[] expected = Blake2s.mac(cookie, Arrays.copyOf(message, covered));
    return MessageDigest.isEqual(mac2, expected);
  }

  /**
   * The reply that gives the sender of a handshake message, whose MAC1 is made for {@code
   * addressee}, his {@code cookie}.
   *
   * @param message holds its sender's index at byte 4 and MAC1 before its last 16 bytes
   */
  byte[] reply(byte[] message, Identity addressee, byte[] cookie) {
    byte[] nonce = new byte[NONCE_BYTES];
    entropy.fill(nonce);
    int mac1 = message.length - 2 * Protocol.MAC_BYTES;
    byte[] sealed =
        crypto.sealExtended(
            addressee.cookieKey(),
            nonce,
            cookie,
            Arrays.copyOfRange(message, mac1, mac1 + Protocol.MAC_BYTES));
    return ByteBuffer.allocate(Protocol.COOKIE_REPLY_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(Protocol.TYPE_COOKIE_REPLY)
        .put(message, 4, Integer.BYTES)
        .put(nonce)
        .put(sealed)
        .array();
  }
}
