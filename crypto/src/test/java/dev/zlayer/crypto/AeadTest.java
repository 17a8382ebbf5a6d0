package dev.zlayer.crypto;

import static dev.zlayer.crypto.Bytes.hex;
import static dev.zlayer.crypto.Bytes.pattern;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.zlayer.crypto.Implementations#all")
final class AeadTest {
  private static final int ROOM = 65536 + 16;
  private static final byte[] KEY = pattern(32, 1);

  private final Crypto crypto;
  private final Aead aead;
  private final Arena arena = Arena.ofConfined();
  private final long source = RawMemory.allocate(arena, ROOM);
  private final long target = RawMemory.allocate(arena, ROOM);

  AeadTest(Crypto crypto) {
    this.crypto = crypto;
    this.aead = crypto.aead(KEY);
  }

  @AfterEach
  void release() {
    aead.close();
    arena.close();
  }

  /** BoringSSL, crypto/cipher_extra/test/chacha20_poly1305_tests.txt: a message without text. */
  @Test
  void sealsThePublishedEmptyPacket() {
    byte[] key = hex("9a97f65b9b4c721b960a672145fca8d4e32e67f9111ea979ce9c4826806aeee6");
    try (Aead published = crypto.aead(key)) {
      published.seal(0x1ef9d72bdac0e93dL, source, 0, target);
      assertEquals("5a6e21f4ba6dbee57380e79e79c30def", hex(read(target, 16)));
    }
  }

  @Test
  void sealsAsSmallMessagesAreSealed() {
    for (int length : new int[] {0, 1, 15, 16, 17, 63, 64, 65, 1420}) {
      byte[] plain = pattern(length, length);
      write(source, plain);
      aead.seal(-2, source, length, target);
      assertArrayEquals(
          Crypto.portable().seal(KEY, -2, plain, new byte[0]), read(target, length + 16));
    }
  }

  @Test
  void sealsAndOpensInPlaceAndElsewhere() {
    for (int length = 0; length <= 200; length++) {
      assertRoundTrip(length);
    }
    assertRoundTrip(1420);
    assertRoundTrip(65535);
    assertRoundTrip(100);
  }

  @Test
  void writesNothingBehindItsOutput() {
    write(source, pattern(100, 1));
    RawMemory.fill(target, 200, 0x55);
    aead.seal(1, source, 100, target);
    assertEquals("55".repeat(16), hex(read(target + 116, 16)));
    RawMemory.fill(source, 200, 0x55);
    assertTrue(aead.open(1, target, 116, source));
    assertEquals("55".repeat(16), hex(read(source + 100, 16)));
  }

  @Test
  void leavesASeparateSourceAsItWas() {
    byte[] plain = pattern(100, 1);
    write(source, plain);
    aead.seal(1, source, 100, target);
    assertArrayEquals(plain, read(source, 100));
    byte[] sealed = read(target, 116);
    assertTrue(aead.open(1, target, 116, source));
    assertArrayEquals(sealed, read(target, 116));
  }

  @Test
  void opensAReplayedPacketAgain() {
    write(source, pattern(100, 1));
    aead.seal(1, source, 100, target);
    assertTrue(aead.open(1, target, 116, source));
    assertTrue(aead.open(1, target, 116, source));
    assertArrayEquals(pattern(100, 1), read(source, 100));
  }

  @Test
  void takesAnyCounterInAnyOrder() {
    for (long counter : new long[] {5, 0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 5}) {
      write(source, pattern(40, 1));
      aead.seal(counter, source, 40, target);
      assertFalse(aead.open(counter + 1, target, 56, source));
      assertTrue(aead.open(counter, target, 56, source));
      assertArrayEquals(pattern(40, 1), read(source, 40));
    }
  }

  @Test
  void detectsAChangeOfAnyByte() {
    for (int length : new int[] {0, 1, 16, 100}) {
      write(source, pattern(length, 1));
      aead.seal(1, source, length, target);
      byte[] sealed = read(target, length + 16);
      for (int i = 0; i < sealed.length; i++) {
        for (int bit = 1; bit < 256; bit <<= 1) {
          sealed[i] ^= (byte) bit;
          write(target, sealed);
          assertFalse(aead.open(1, target, sealed.length, source), "byte " + i);
          sealed[i] ^= (byte) bit;
        }
      }
      write(target, sealed);
      assertTrue(aead.open(1, target, sealed.length, source));
    }
  }

  @Test
  void tellsNothingOfAForgedPacket() {
    // EVP deciphers before it can tell, so this is no promise of the interface.
    assumeFalse(aead instanceof OpenSslAead);
    write(source, pattern(100, 1));
    aead.seal(1, source, 100, source);
    RawMemory.putByte(source + 115, ~RawMemory.getUnsignedByte(source + 115));
    byte[] forged = read(source, 116);
    RawMemory.fill(target, 116, 0x55);
    assertFalse(aead.open(1, source, 116, target));
    assertEquals("55".repeat(116), hex(read(target, 116)));
    assertFalse(aead.open(1, source, 116, source));
    assertArrayEquals(forged, read(source, 116));
  }

  @Test
  void detectsAChangeOfLength() {
    write(source, pattern(100, 1));
    aead.seal(1, source, 100, target);
    for (int length = 0; length <= 200; length++) {
      assertEquals(length == 116, aead.open(1, target, length, source), "length " + length);
    }
  }

  @Test
  void directionsDontDisturbEachOther() {
    try (Aead peer = crypto.aead(KEY)) {
      for (int i = 0; i < 10; i++) {
        write(source, pattern(50, i));
        aead.seal(i, source, 50, source);
        assertTrue(peer.open(i, source, 66, source));
        peer.seal(100 + i, source, 50, target);
        assertTrue(aead.open(100 + i, target, 66, target));
        assertArrayEquals(pattern(50, i), read(target, 50));
      }
    }
  }

  @Test
  void keepsItsOwnCopyOfTheKey() {
    byte[] key = KEY.clone();
    try (Aead copy = crypto.aead(key)) {
      key[0] ^= 1;
      copy.seal(0, source, 10, target);
      aead.seal(0, source, 10, source);
      assertArrayEquals(read(source, 26), read(target, 26));
    }
  }

  @Test
  void refusesANegativeLength() {
    assertThrows(RuntimeException.class, () -> aead.seal(1, source, -1, target));
    assertFalse(aead.open(1, source, -1, target));
  }

  @Test
  void throwsOnceClosed() {
    aead.seal(1, source, 10, target);
    assertTrue(aead.open(1, target, 26, source));
    aead.close();
    assertThrows(IllegalStateException.class, () -> aead.seal(2, source, 10, target));
    assertThrows(IllegalStateException.class, () -> aead.open(1, target, 26, source));
    assertThrows(IllegalStateException.class, () -> aead.open(1, target, 3, source));
    aead.close();
  }

  private void assertRoundTrip(int length) {
    byte[] plain = pattern(length, length);
    write(source, plain);
    aead.seal(length, source, length, target);
    byte[] sealed = read(target, length + 16);
    aead.seal(length, source, length, source);
    assertArrayEquals(sealed, read(source, length + 16));
    assertTrue(aead.open(length, source, length + 16, target));
    assertArrayEquals(plain, read(target, length));
    assertTrue(aead.open(length, source, length + 16, source));
    assertArrayEquals(plain, read(source, length));
  }

  private static void write(long address, byte[] bytes) {
    RawMemory.copy(bytes, 0, address, bytes.length);
  }

  private static byte[] read(long address, int length) {
    byte[] bytes = new byte[length];
    RawMemory.copy(address, bytes, 0, length);
    return bytes;
  }
}
