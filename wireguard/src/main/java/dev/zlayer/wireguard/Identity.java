package dev.zlayer.wireguard;

import dev.zlayer.crypto.Blake2s;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import java.security.MessageDigest;
import java.util.Arrays;

/** A static key pair of ours, and what proves that a message was made for it (section 5.4.4). */
final class Identity {
  private final PrivateKey privateKey;
  private final PublicKey publicKey;
  private final byte[] mac1Key;
  private final byte[] cookieKey;

  Identity(Crypto crypto, PrivateKey privateKey) {
    this.privateKey = privateKey;
    this.publicKey = crypto.publicKey(privateKey);
    this.mac1Key = mac1Key(publicKey);
    this.cookieKey = cookieKey(publicKey);
  }

  PrivateKey privateKey() {
    return privateKey;
  }

  PublicKey publicKey() {
    return publicKey;
  }

  /** Whether the MAC1 of a handshake message, which is followed by MAC2, is made for us. */
  boolean isAddressee(byte[] message) {
    int covered = message.length - 2 * Protocol.MAC_BYTES;
    byte[] mac1 = Arrays.copyOfRange(message, covered, covered + Protocol.MAC_BYTES);
    return MessageDigest.isEqual(mac1, Blake2s.mac(mac1Key, Arrays.copyOf(message, covered)));
  }

  /** Writes MAC1 for {@code addressee} into a handshake message; MAC2 stays zero. */
  static void stamp(byte[] message, PublicKey addressee) {
    int covered = message.length - 2 * Protocol.MAC_BYTES;
    byte[] mac1 = Blake2s.mac(mac1Key(addressee), Arrays.copyOf(message, covered));
    System.arraycopy(mac1, 0, message, covered, Protocol.MAC_BYTES);
  }

  /** What our cookie replies are sealed with (section 5.4.7). */
  byte[] cookieKey() {
    return cookieKey;
  }

  /** What the cookie replies of {@code giver} are sealed with. */
  static byte[] cookieKey(PublicKey giver) {
    return Blake2s.hash(Protocol.LABEL_COOKIE, giver.bytes());
  }

  private static byte[] mac1Key(PublicKey addressee) {
    return Blake2s.hash(Protocol.LABEL_MAC1, addressee.bytes());
  }
}
