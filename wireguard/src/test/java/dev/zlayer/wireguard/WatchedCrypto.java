package dev.zlayer.wireguard;

import dev.zlayer.crypto.Aead;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.RawMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Real cryptography that remembers every secret that it was handed, to see what becomes of it, and
 * whose ciphers change all the room that they may.
 */
final class WatchedCrypto implements Crypto {
  private final Crypto real = Crypto.portable();
  private final List<byte[]> secrets = new ArrayList<>();
  private final Set<PrivateKey> privateKeys = Collections.newSetFromMap(new IdentityHashMap<>());
  private int openCiphers;
  private int agreements;

  /** Agreements made so far. */
  int agreements() {
    return agreements;
  }

  /** Secrets seen so far. */
  int seen() {
    return secrets.size();
  }

  /** Secrets seen so far that aren't erased: shared ones and keys of ciphers. */
  long secretsLeft() {
    return secrets.stream().filter(secret -> !Arrays.equals(secret, new byte[32])).count();
  }

  /** Private keys seen so far, static ones among them, that aren't destroyed. */
  long privateKeysLeft() {
    return privateKeys.stream().filter(key -> !key.isDestroyed()).count();
  }

  /** Ciphers of sessions that aren't closed. */
  int openCiphers() {
    return openCiphers;
  }

  @Override
  public String name() {
    return "watched";
  }

  @Override
  public Aead aead(byte[] key) {
    secrets.add(key);
    Aead aead = real.aead(key);
    openCiphers++;
    return new Aead() {
      @Override
      public void seal(long counter, long text, int length) {
        aead.seal(counter, text, length);
        scribble(text - ROOM_BYTES, ROOM_BYTES);
        scribble(text + length + TAG_BYTES, ROOM_BYTES - TAG_BYTES);
      }

      @Override
      public boolean open(long counter, long source, int length, long target) {
        boolean isGenuine = aead.open(counter, source, length, target);
        int plainLength = length - TAG_BYTES;
        for (long text : new long[] {source, target}) {
          scribble(text - ROOM_BYTES, ROOM_BYTES);
          scribble(text + plainLength, ROOM_BYTES);
        }
        return isGenuine;
      }

      @Override
      public void close() {
        openCiphers--;
        aead.close();
      }
    };
  }

  @Override
  public PublicKey publicKey(PrivateKey key) {
    see(key);
    return real.publicKey(key);
  }

  @Override
  public boolean agree(PrivateKey ours, PublicKey theirs, byte[] shared) {
    see(ours);
    secrets.add(shared);
    agreements++;
    return real.agree(ours, theirs, shared);
  }

  @Override
  public byte[] seal(byte[] key, long counter, byte[] plain, byte[] additional) {
    secrets.add(key);
    return real.seal(key, counter, plain, additional);
  }

  @Override
  public boolean open(byte[] key, long counter, byte[] sealed, byte[] additional, byte[] plain) {
    secrets.add(key);
    return real.open(key, counter, sealed, additional, plain);
  }

  /** What an {@link Aead} may do to all of its room. */
  private static void scribble(long address, int bytes) {
    RawMemory.fill(address, bytes, 0x5a);
  }

  private void see(PrivateKey key) {
    privateKeys.add(key);
  }
}
