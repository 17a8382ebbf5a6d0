package dev.zlayer.crypto;

import static dev.zlayer.crypto.Bytes.pattern;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.PacketBuffer;
import java.lang.foreign.Arena;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What one implementation seals, the other opens. */
@ParameterizedClass
@MethodSource("dev.zlayer.crypto.Implementations#pairs")
final class InteroperationTest {
  private static final byte[] KEY = pattern(32, 1);

  private final Crypto sender;
  private final Crypto receiver;

  InteroperationTest(Crypto sender, Crypto receiver) {
    this.sender = sender;
    this.receiver = receiver;
  }

  @Test
  void opensPacketsOfTheOther() {
    try (Arena arena = Arena.ofConfined();
        Aead sealing = sender.aead(KEY);
        Aead opening = receiver.aead(KEY)) {
      PacketBuffer sealed = PacketBuffer.allocate(arena, 65535 + 2 * Aead.ROOM_BYTES);
      PacketBuffer opened = PacketBuffer.allocate(arena, 65535 + 2 * Aead.ROOM_BYTES);
      lengths()
          .forEach(length -> {
            byte[] plain = pattern(length, length);
            sealed.clear(Aead.ROOM_BYTES);
            sealed.copyFrom(plain);
            sealing.seal(length, sealed.address(), length);
            opened.clear(Aead.ROOM_BYTES);
            opened.length(length);
            assertTrue(
                opening.open(length, sealed.address(), length + Aead.TAG_BYTES, opened.address()));
            assertArrayEquals(plain, opened.toByteArray());
          });
    }
  }

  @Test
  void opensMessagesOfTheOther() {
    byte[] nonce = pattern(24, 2);
    lengths()
        .forEach(length -> {
          byte[] plain = pattern(length, length);
          byte[] additional = pattern(length % 40, 3);
          byte[] opened = new byte[length];
          byte[] sealed = sender.seal(KEY, length, plain, additional);
          assertTrue(receiver.open(KEY, length, sealed, additional, opened));
          assertArrayEquals(plain, opened);
          byte[] extended = sender.sealExtended(KEY, nonce, plain, additional);
          assertTrue(receiver.openExtended(KEY, nonce, extended, additional, opened));
          assertArrayEquals(plain, opened);
        });
  }

  private static IntStream lengths() {
    return IntStream.concat(IntStream.rangeClosed(0, 200), IntStream.of(1420, 65535));
  }
}
