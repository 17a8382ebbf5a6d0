package dev.zlayer.crypto;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What the tests run over. */
final class Implementations {
  private Implementations() {}

  /** Every implementation; OpenSSL's absence fails the tests, with what to install. */
  static Stream<Arguments> all() {
    return Stream.of(Crypto.openSsl(), OpenSslCrypto.overEvp("a test"), Crypto.portable())
        .map(crypto -> Arguments.argumentSet(crypto.name(), crypto));
  }

  /** Every ordered pair of different implementations. */
  static Stream<Arguments> pairs() {
    return Stream.of(
        Arguments.argumentSet("openssl to jca", Crypto.openSsl(), Crypto.portable()),
        Arguments.argumentSet("jca to openssl", Crypto.portable(), Crypto.openSsl()));
  }
}
