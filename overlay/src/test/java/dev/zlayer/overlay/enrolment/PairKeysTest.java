package dev.zlayer.overlay.enrolment;

import static dev.zlayer.overlay.SampleKeys.presharedKey;
import static dev.zlayer.overlay.SampleKeys.publicKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zlayer.crypto.PresharedKey;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PairKeysTest {
  private final PairKeys keys = new PairKeys(presharedKey(1));

  @Test
  void bothSidesHaveTheSameKey() {
    assertEquals(
        keys.between(publicKey(2), publicKey(3), 0), keys.between(publicKey(3), publicKey(2), 0));
  }

  @Test
  void everyPairGenerationAndMeshHasItsOwn() {
    Set<PresharedKey> seen = new HashSet<>();
    int made = 0;
    for (int mesh = 1; mesh <= 3; mesh++) {
      PairKeys ofMesh = new PairKeys(presharedKey(mesh));
      for (int one = 10; one < 20; one++) {
        for (int other = one + 1; other < 20; other++) {
          for (int generation = 0; generation < 3; generation++) {
            seen.add(ofMesh.between(publicKey(one), publicKey(other), generation));
            made++;
          }
        }
      }
    }
    assertEquals(made, seen.size());
  }

  @Test
  void refusesWhatIsNoPairAndNoSecret() {
    assertThrows(IllegalArgumentException.class, () -> keys.between(publicKey(2), publicKey(2), 0));
    assertThrows(IllegalArgumentException.class, () -> new PairKeys(PresharedKey.NONE));
  }

  @Test
  void printsNoSecret() {
    assertFalse(keys.toString().contains(presharedKey(1).toBase64()));
  }
}
