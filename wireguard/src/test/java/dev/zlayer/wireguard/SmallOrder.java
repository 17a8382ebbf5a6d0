package dev.zlayer.wireguard;

import dev.zlayer.crypto.Aead;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * The cryptography of somebody who sends points of small order on purpose: he knows that the other
 * side's shared secret is zero.
 */
final class SmallOrder implements Crypto {
  private final Crypto real;
  boolean agreesOnZero;

  /** The public key that he claims for his next private one. */
  Optional<byte[]> claimed = Optional.empty();

  SmallOrder(Crypto real) {
    this.real = real;
  }

  @Override
  public String name() {
    return "small order";
  }

  @Override
  public Aead aead(byte[] key) {
    return real.aead(key);
  }

  @Override
  public PublicKey publicKey(PrivateKey key) {
    return claimed.map(PublicKey::of).orElseGet(() -> real.publicKey(key));
  }

  @Override
  public boolean agree(PrivateKey ours, PublicKey theirs, byte[] shared) {
    if (agreesOnZero) {
      Arrays.fill(shared, (byte) 0);
      return true;
    }
    return real.agree(ours, theirs, shared);
  }

  @Override
  public byte[] seal(byte[] key, long counter, byte[] plain, byte[] additional) {
    return real.seal(key, counter, plain, additional);
  }

  @Override
  public boolean open(byte[] key, long counter, byte[] sealed, byte[] additional, byte[] plain) {
    return real.open(key, counter, sealed, additional, plain);
  }
}
