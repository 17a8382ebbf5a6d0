package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/** Networks as anybody may write them. */
final class CidrFuzz {
  private CidrFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    Optional<Cidr> strict = parsed(Cidr::parse, text);
    Optional<Cidr> enclosing = parsed(Cidr::parseEnclosing, text);
    strict.ifPresent(cidr -> assertEquals(Optional.of(cidr), enclosing));
    enclosing.ifPresent(CidrFuzz::check);
  }

  private static Optional<Cidr> parsed(Function<String, Cidr> parser, String text) {
    try {
      return Optional.of(parser.apply(text));
    } catch (IllegalArgumentException e) {
      assertFalse(e.getMessage().isEmpty());
      return Optional.empty();
    }
  }

  private static void check(Cidr cidr) {
    assertEquals(cidr, Cidr.parse(cidr.toString()));
    assertEquals(cidr.network(), cidr.addressAt(BigInteger.ZERO));
    assertTrue(cidr.contains(cidr.lastAddress()));
    assertEquals(cidr.size().subtract(BigInteger.ONE), cidr.offsetOf(cidr.lastAddress()));
    assertEquals(cidr, Cidr.around(cidr.lastAddress(), cidr.prefixLength()));
    assertEquals(cidr.size().equals(BigInteger.ONE), cidr.equals(Cidr.host(cidr.network())));
  }
}
