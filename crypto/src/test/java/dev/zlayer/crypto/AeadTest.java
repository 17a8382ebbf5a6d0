package dev.zlayer.crypto;

import static dev.zlayer.crypto.Bytes.hex;
import static dev.zlayer.crypto.Bytes.pattern;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.zlayer.crypto.Implementations#all")
final class AeadTest {
  private static final int ROOM = Aead.ROOM_BYTES;
  private static final int LONGEST = 65535;
  private static final byte[] KEY = pattern(32, 1);

  private final Crypto crypto;
  private final Aead aead;
  private final Arena arena = Arena.ofConfined();
  private final long source = place();
  private final long target = place();

  AeadTest(Crypto crypto) {
    this.crypto = crypto;
    this.aead = crypto.aead(KEY);
  }

  @AfterEach
  void release() {
    aead.close();
    arena.close();
  }

  /** For a text with its room, and as much around that for what must stay as it is. */
  private long place() {
    return RawMemory.allocate(arena, LONGEST + 4 * ROOM) + 2 * ROOM;
  }

  /** BoringSSL, crypto/cipher_extra/test/chacha20_poly1305_tests.txt: a message without text. */
  @Test
  void sealsThePublishedEmptyPacket() {
    byte[] key = hex("9a97f65b9b4c721b960a672145fca8d4e32e67f9111ea979ce9c4826806aeee6");
    try (Aead published = crypto.aead(key)) {
      published.seal(0x1ef9d72bdac0e93dL, source, 0);
      assertEquals("5a6e21f4ba6dbee57380e79e79c30def", hex(read(source, 16)));
    }
  }

  @Test
  void sealsAsSmallMessagesAreSealed() {
    for (int length : new int[] {0, 1, 15, 16, 17, 63, 64, 65, 1420, LONGEST}) {
      byte[] plain = pattern(length, length);
      write(source, plain);
      aead.seal(-2, source, length);
      assertArrayEquals(
          Crypto.portable().seal(KEY, -2, plain, new byte[0]), read(source, length + 16));
    }
  }

  @Test
  void opensWhatItSealed() {
    for (int length = 0; length <= 200; length++) {
      assertRoundTrip(length);
    }
    assertRoundTrip(1420);
    assertRoundTrip(LONGEST);
    assertRoundTrip(100);
  }

  private void assertRoundTrip(int length) {
    byte[] plain = pattern(length, length);
    write(source, plain);
    aead.seal(length, source, length);
    assertTrue(aead.open(length, source, length + 16, target));
    assertArrayEquals(plain, read(target, length));
  }

  @Test
  void leavesWhatIsOutsideOfItsRoomAsItWas() {
    for (int length : new int[] {0, 1, 15, 16, 49, 63, 64, 65, 1420, LONGEST}) {
      for (long place : new long[] {source, target}) {
        RawMemory.fill(place - 2 * ROOM, length + 4 * ROOM, 0x55);
      }
      aead.seal(1, source, length);
      assertSurroundingsUntouched(source, length);
      assertTrue(aead.open(1, source, length + 16, target));
      assertSurroundingsUntouched(source, length);
      assertSurroundingsUntouched(target, length);
      assertFalse(aead.open(2, source, length + 16, target));
      assertSurroundingsUntouched(source, length);
      assertSurroundingsUntouched(target, length);
    }
  }

  private static void assertSurroundingsUntouched(long place, int length) {
    assertEquals("55".repeat(ROOM), hex(read(place - 2 * ROOM, ROOM)));
    assertEquals("55".repeat(ROOM), hex(read(place + length + ROOM, ROOM)));
  }

  @Test
  void needsNothingOfItsRoom() {
    for (int fill : new int[] {0, 0xff}) {
      write(source, pattern(100, 1));
      RawMemory.fill(source - ROOM, ROOM, fill);
      RawMemory.fill(source + 100, ROOM, fill);
      aead.seal(1, source, 100);
      assertArrayEquals(
          Crypto.portable().seal(KEY, 1, pattern(100, 1), new byte[0]), read(source, 116));
      RawMemory.fill(source - ROOM, ROOM, fill);
      RawMemory.fill(source + 116, ROOM - 16, fill);
      RawMemory.fill(target - ROOM, 100 + 2 * ROOM, fill);
      assertTrue(aead.open(1, source, 116, target));
      assertArrayEquals(pattern(100, 1), read(target, 100));
    }
  }

  /** The key stream's first block holds the key of the tag. */
  @Test
  void leavesNoKeyStreamInItsRoom() {
    byte[] keyStream = keyStream(1);
    write(source, pattern(100, 1));
    aead.seal(1, source, 100);
    assertLacks(keyStream, source);
    byte[] sealed = read(source, 116);
    assertTrue(aead.open(1, source, 116, target));
    assertLacks(keyStream, source);
    assertLacks(keyStream, target);
    sealed[115] ^= 1;
    write(source, sealed);
    assertFalse(aead.open(1, source, 116, target));
    assertLacks(keyStream, source);
    assertLacks(keyStream, target);
  }

  /** The first half of a packet's first block of key stream, out of the JDK's ChaCha20. */
  private static byte[] keyStream(long counter) {
    try {
      byte[] nonce = ByteBuffer.allocate(12).order(LITTLE_ENDIAN).putLong(4, counter).array();
      Cipher cipher = Cipher.getInstance("ChaCha20");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(KEY, "ChaCha20"),
          new ChaCha20ParameterSpec(nonce, 0));
      return cipher.update(new byte[32]);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** No eight bytes in a row of {@code secret} stand anywhere around {@code place}. */
  private static void assertLacks(byte[] secret, long place) {
    String around = hex(read(place - 2 * ROOM, 100 + 4 * ROOM));
    for (int i = 0; i < secret.length; i += 8) {
      assertFalse(around.contains(hex(Arrays.copyOfRange(secret, i, i + 8))), "byte " + i);
    }
  }

  @Test
  void leavesTheTextThatItOpensAsItWas() {
    write(source, pattern(100, 1));
    aead.seal(1, source, 100);
    byte[] sealed = read(source, 100);
    assertTrue(aead.open(1, source, 116, target));
    assertArrayEquals(sealed, read(source, 100));
    assertFalse(aead.open(2, source, 116, target));
    assertArrayEquals(sealed, read(source, 100));
  }

  @Test
  void opensAReplayedPacketAgain() {
    byte[] sealed = sealed(1, pattern(100, 1));
    for (int i = 0; i < 2; i++) {
      assertTrue(opens(1, sealed));
      assertArrayEquals(pattern(100, 1), read(target, 100));
    }
  }

  @Test
  void takesAnyCounterInAnyOrder() {
    for (long counter : new long[] {5, 0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 5}) {
      byte[] sealed = sealed(counter, pattern(40, 1));
      assertFalse(opens(counter + 1, sealed));
      assertTrue(opens(counter, sealed));
      assertArrayEquals(pattern(40, 1), read(target, 40));
    }
  }

  @Test
  void detectsAChangeOfAnyByte() {
    for (int length : new int[] {0, 1, 16, 100}) {
      byte[] sealed = sealed(1, pattern(length, 1));
      for (int i = 0; i < sealed.length; i++) {
        for (int bit = 1; bit < 256; bit <<= 1) {
          sealed[i] ^= (byte) bit;
          assertFalse(opens(1, sealed), "byte " + i);
          sealed[i] ^= (byte) bit;
        }
      }
      assertTrue(opens(1, sealed));
    }
  }

  @Test
  void tellsNothingOfAForgedPacket() {
    for (int length : new int[] {1, 100, 1420}) {
      byte[] plain = pattern(length, 1);
      byte[] sealed = sealed(1, plain);
      sealed[length + 15] ^= 1;
      RawMemory.fill(target, length, 0);
      assertFalse(opens(1, sealed));
      assertArrayEquals(new byte[length], read(target, length));
      assertArrayEquals(Arrays.copyOf(sealed, length), read(source, length));
    }
  }

  @Test
  void detectsAChangeOfLength() {
    byte[] sealed = Arrays.copyOf(sealed(1, pattern(100, 1)), 200);
    for (int length = 0; length <= 200; length++) {
      assertEquals(length == 116, opens(1, Arrays.copyOf(sealed, length)), "length " + length);
    }
  }

  @Test
  void directionsDontDisturbEachOther() {
    try (Aead peer = crypto.aead(KEY)) {
      for (int i = 0; i < 10; i++) {
        write(source, pattern(50, i));
        aead.seal(i, source, 50);
        assertTrue(peer.open(i, source, 66, target));
        peer.seal(100 + i, target, 50);
        assertTrue(aead.open(100 + i, target, 66, source));
        assertArrayEquals(pattern(50, i), read(source, 50));
      }
    }
  }

  @Test
  void keepsItsOwnCopyOfTheKey() {
    byte[] key = KEY.clone();
    try (Aead copy = crypto.aead(key)) {
      key[0] ^= 1;
      RawMemory.fill(source, 10, 0);
      RawMemory.fill(target, 10, 0);
      copy.seal(0, source, 10);
      aead.seal(0, target, 10);
      assertArrayEquals(read(source, 26), read(target, 26));
    }
  }

  @Test
  void refusesANegativeLength() {
    assertThrows(RuntimeException.class, () -> aead.seal(1, source, -1));
    assertFalse(aead.open(1, source, -1, target));
  }

  @Test
  void throwsOnceClosed() {
    aead.seal(1, source, 10);
    assertTrue(aead.open(1, source, 26, target));
    aead.close();
    assertThrows(IllegalStateException.class, () -> aead.seal(2, source, 10));
    assertThrows(IllegalStateException.class, () -> aead.open(1, source, 26, target));
    assertThrows(IllegalStateException.class, () -> aead.open(1, source, 3, target));
    aead.close();
  }

  private byte[] sealed(long counter, byte[] plain) {
    write(source, plain);
    aead.seal(counter, source, plain.length);
    return read(source, plain.length + 16);
  }

  private boolean opens(long counter, byte[] sealed) {
    write(source, sealed);
    return aead.open(counter, source, sealed.length, target);
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
