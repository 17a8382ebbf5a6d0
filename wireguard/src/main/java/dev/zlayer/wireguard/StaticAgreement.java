package dev.zlayer.wireguard;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PublicKey;
import java.util.Arrays;

/**
 * The Diffie-Hellman secret of our static key and a peer's, which is the same in every handshake
 * (section 5.4.2): computed for the first one and kept for the next. It is as secret as the keys
 * that it comes from, and erased when one of them changes or the peer goes.
 *
 * <p>The engine's lock guards it.
 */
final class StaticAgreement {
  private Identity ours;
  private PublicKey theirs;
  private byte[] secret = {};

  /**
   * Copies the secret of {@code ours} and {@code theirs} into {@code shared}.
   *
   * @return false if it is zero: {@code theirs} is a point of small order
   */
  boolean agree(Crypto crypto, Identity ours, PublicKey theirs, byte[] shared) {
    if (this.ours != ours || !theirs.equals(this.theirs)) {
      erase();
      secret = new byte[PublicKey.BYTES];
      if (!crypto.agree(ours.privateKey(), theirs, secret)) {
        return false;
      }
      this.ours = ours;
      this.theirs = theirs;
    }
    System.arraycopy(secret, 0, shared, 0, shared.length);
    return true;
  }

  void erase() {
    ours = null;
    theirs = null;
    Arrays.fill(secret, (byte) 0);
  }
}
