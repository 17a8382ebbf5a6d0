package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.memory.PacketBuffer;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InternetChecksumTest {
  private static final int SEED = 1071;
  private static final int LENGTHS = 3000;
  private static final int ALIGNMENTS = 8;
  private static final int LONGEST = 65535;

  private final Arena arena = Arena.ofConfined();
  private final PacketBuffer packet = PacketBuffer.allocate(arena, LONGEST);

  @AfterEach
  void release() {
    arena.close();
  }

  @Test
  void sumsAsTheByteByByteReferenceAtAnyLengthAndAlignment() {
    byte[] bytes = new byte[LENGTHS + ALIGNMENTS];
    new Random(SEED).nextBytes(bytes);
    packet.copyFrom(bytes);
    for (int length = 0; length < LENGTHS; length++) {
      int offset = length % ALIGNMENTS;
      assertSum(bytes, offset, length);
      assertSum(bytes, ALIGNMENTS - 1 - offset, length);
    }
  }

  @Test
  void losesNoCarryOfTheLongestPacket() {
    byte[] bytes = new byte[LONGEST];
    Arrays.fill(bytes, (byte) 0xff);
    packet.copyFrom(bytes);
    assertSum(bytes, 0, LONGEST);
    assertSum(bytes, 1, LONGEST - 1);
  }

  private void assertSum(byte[] bytes, int offset, int length) {
    assertEquals(
        InternetChecksum.of(Arrays.copyOfRange(bytes, offset, offset + length)),
        InternetChecksum.finish(InternetChecksum.sum(packet, offset, length)),
        () -> length + " bytes at " + offset);
  }
}
