package dev.zlayer.crypto;

import static dev.zlayer.crypto.Bytes.hex;
import static dev.zlayer.crypto.Bytes.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Poly1305Test {
  private final Poly1305 poly1305 = new Poly1305();

  /** RFC 8439, appendix A.3, those of whole blocks: 1, and 7 to 11, which stress the carries. */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000000000000000000000000000000000000000000000000000,"
        + "0000000000000000000000000000000000000000000000000000000000000000,"
        + "00000000000000000000000000000000",
    "0200000000000000000000000000000000000000000000000000000000000000,"
        + "ffffffffffffffffffffffffffffffff,03000000000000000000000000000000",
    "02000000000000000000000000000000ffffffffffffffffffffffffffffffff,"
        + "02000000000000000000000000000000,03000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000,"
        + "fffffffffffffffffffffffffffffffff0ffffffffffffffffffffffffffffff"
        + "11000000000000000000000000000000,05000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000,"
        + "fffffffffffffffffffffffffffffffffbfefefefefefefefefefefefefefefe"
        + "01010101010101010101010101010101,00000000000000000000000000000000",
    "0200000000000000000000000000000000000000000000000000000000000000,"
        + "fdffffffffffffffffffffffffffffff,faffffffffffffffffffffffffffffff",
    "0100000000000000040000000000000000000000000000000000000000000000,"
        + "e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000"
        + "0000000000000000000000000000000001000000000000000000000000000000,"
        + "14000000000000005500000000000000",
    "0100000000000000040000000000000000000000000000000000000000000000,"
        + "e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000"
        + "00000000000000000000000000000000,13000000000000000000000000000000",
  })
  void computesPublishedTags(String key, String message, String tag) {
    assertEquals(tag, tag(hex(key), hex(message)));
  }

  @Test
  void matchesBouncyCastleOnRandomAndExtremeInput() {
    for (int seed = 0; seed < 2000; seed++) {
      byte[] key = pattern(32, seed);
      byte[] message = pattern(16 * (1 + seed % 20), ~seed);
      if (seed % 3 == 0) {
        Arrays.fill(message, (byte) 0xff);
      }
      if (seed % 5 == 0) {
        Arrays.fill(key, (byte) 0xff);
      }
      var reference = new org.bouncycastle.crypto.macs.Poly1305();
      reference.init(new KeyParameter(key));
      reference.update(message, 0, message.length);
      byte[] expected = new byte[16];
      reference.doFinal(expected, 0);
      assertEquals(hex(expected), tag(key, message), "seed " + seed);
    }
  }

  @Test
  void fillsTheLastBlockUpWithZeros() {
    byte[] key = pattern(32, 1);
    for (int length = 1; length < 48; length++) {
      byte[] message = pattern(length, 2);
      byte[] filled = Arrays.copyOf(message, (length + 15) / 16 * 16);
      assertEquals(tag(key, filled), tag(key, message));
    }
  }

  @Test
  void takesABlockAsTwoNumbers() {
    byte[] block = pattern(16, 1);
    ByteBuffer numbers = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    poly1305.start(pattern(32, 2), 0);
    poly1305.update(numbers.getLong(0), numbers.getLong(8));
    poly1305.finish();
    assertEquals(tag(pattern(32, 2), block), tag());
  }

  private String tag(byte[] key, byte[] message) {
    poly1305.start(key, 0);
    poly1305.update(message, 0, message.length);
    poly1305.finish();
    return tag();
  }

  private String tag() {
    return hex(
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(poly1305.tagLow())
            .putLong(poly1305.tagHigh())
            .array());
  }
}
