package dev.zlayer.crypto;

import static dev.zlayer.crypto.Bytes.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class XChaCha20Poly1305Test {
  /** draft-irtf-cfrg-xchacha-03, section 2.2.1. */
  @Test
  void derivesThePublishedSubkey() {
    byte[] key = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    byte[] nonce = hex("000000090000004a0000000031415927");
    assertEquals(
        "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc",
        hex(XChaCha20Poly1305.hChaCha20(key, nonce)));
  }
}
