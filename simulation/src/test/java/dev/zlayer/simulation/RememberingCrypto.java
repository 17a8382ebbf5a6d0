package dev.zlayer.simulation;

import dev.zlayer.crypto.Aead;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The product's cryptography, which never works out the same twice: both sides of a handshake are
 * in this JVM, and X25519 gives both the same. It is most of what a simulation costs.
 */
final class RememberingCrypto implements Crypto {
  private static final int MAX_SECRETS = 4096;

  /** Whose secret it is, whichever side asks. */
  private record Pair(PublicKey lesser, PublicKey greater) {
    static Pair of(PublicKey one, PublicKey other) {
      return one.compareTo(other) < 0 ? new Pair(one, other) : new Pair(other, one);
    }
  }

  private final Crypto crypto;
  private final Map<PrivateKey, PublicKey> publicKeys = new HashMap<>();
  private final Map<Pair, byte[]> secrets =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, byte[]> eldest) {
          return size() > MAX_SECRETS;
        }
      };

  RememberingCrypto(Crypto crypto) {
    this.crypto = crypto;
  }

  @Override
  public String name() {
    return crypto.name();
  }

  @Override
  public Aead aead(byte[] key) {
    return crypto.aead(key);
  }

  /** A key that is erased later isn't kept as such. */
  @Override
  public PublicKey publicKey(PrivateKey key) {
    PublicKey known = publicKeys.get(key);
    if (known == null) {
      known = crypto.publicKey(key);
      byte[] copy = key.bytes();
      publicKeys.put(PrivateKey.of(copy), known);
    }
    return known;
  }

  @Override
  public boolean agree(PrivateKey ours, PublicKey theirs, byte[] shared) {
    Pair pair = Pair.of(publicKey(ours), theirs);
    byte[] known = secrets.get(pair);
    if (known == null) {
      if (!crypto.agree(ours, theirs, shared)) {
        return false;
      }
      secrets.put(pair, shared.clone());
      return true;
    }
    System.arraycopy(known, 0, shared, 0, known.length);
    return true;
  }

  @Override
  public byte[] seal(byte[] key, long counter, byte[] plain, byte[] additional) {
    return crypto.seal(key, counter, plain, additional);
  }

  @Override
  public boolean open(byte[] key, long counter, byte[] sealed, byte[] additional, byte[] plain) {
    return crypto.open(key, counter, sealed, additional, plain);
  }
}
