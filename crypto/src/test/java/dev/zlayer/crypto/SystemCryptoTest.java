package dev.zlayer.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class SystemCryptoTest {
  @Test
  void prefersOpenSsl() {
    assertSame(Crypto.openSsl(), SystemCrypto.choose(""));
  }

  @Test
  void obeysTheEnvironment() {
    assertSame(Crypto.openSsl(), SystemCrypto.choose("openssl"));
    assertSame(Crypto.portable(), SystemCrypto.choose("jca"));
  }

  @Test
  void refusesAnUnknownImplementation() {
    var e = assertThrows(IllegalStateException.class, () -> SystemCrypto.choose("libressl"));
    assertEquals(
        "ZLAYER_CRYPTO is 'libressl': set it to openssl or jca, or unset it", e.getMessage());
  }

  @Test
  void namesWhatItRunsOn() {
    assertEquals("jca", Crypto.portable().name());
    String name = Crypto.openSsl().name();
    assertTrue(name.matches("openssl [3-9]\\.\\d+\\.\\d+"), name);
    assertEquals(name + " (through EVP: a test)", OpenSslCrypto.overEvp("a test").name());
  }
}
