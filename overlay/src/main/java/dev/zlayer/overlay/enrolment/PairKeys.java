package dev.zlayer.overlay.enrolment;

import dev.zlayer.crypto.Entropy;
import dev.zlayer.crypto.Kdf;
import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * The preshared keys between members: derived from one secret of the leader, so that n nodes need
 * no n squared keys in a file. Each pair has its own; whoever knows some learns nothing of others.
 *
 * @param meshSecret the leader's; never printed
 */
public record PairKeys(PresharedKey meshSecret) {
  private static final byte[] LABEL = "zlayer pair key".getBytes(StandardCharsets.US_ASCII);

  public PairKeys {
    Objects.requireNonNull(meshSecret);
    if (meshSecret.isNone()) {
      throw new IllegalArgumentException("a mesh secret of zeros is none");
    }
  }

  /** Those of a fresh secret. */
  public static PairKeys generate(Entropy entropy) {
    return new PairKeys(PresharedKey.generate(entropy));
  }

  /**
   * The key between two members, the same whichever is named first.
   *
   * @param generation another one gives other keys, 0 or more
   */
  public PresharedKey between(PublicKey one, PublicKey other, int generation) {
    byte[] first = one.bytes();
    byte[] second = other.bytes();
    int order = Arrays.compareUnsigned(first, second);
    if (order == 0) {
      throw new IllegalArgumentException("a member has no key with itself");
    }
    ByteBuffer input = ByteBuffer.allocate(LABEL.length + 2 * PublicKey.BYTES + Integer.BYTES);
    input.put(LABEL).put(order < 0 ? first : second).put(order < 0 ? second : first);
    input.putInt(generation);
    byte[] secret = meshSecret.bytes();
    byte[][] keys = Kdf.derive(1, secret, input.array());
    PresharedKey key = PresharedKey.of(keys[0]);
    Arrays.fill(keys[0], (byte) 0);
    Arrays.fill(secret, (byte) 0);
    return key;
  }
}
