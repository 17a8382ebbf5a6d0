package dev.zlayer.overlay.api;

import dev.zlayer.crypto.Blake2s;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Kdf;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The key with which two nodes prove to each other who they are, beside the tunnel between them:
 * any local process of a node can send from its overlay address, but only who has the node's
 * private key has this one. It is derived from X25519 of both static keys; proofs are HMAC-BLAKE2s.
 */
final class ControlKey {
  /** The length of a proof. */
  static final int PROOF_BYTES = Blake2s.HASH_BYTES;

  private static final byte[] LABEL = ascii("zlayer control v1");
  private static final byte[] REQUEST = ascii("request");
  private static final byte[] RESPONSE = ascii("response");

  private final byte[] key;

  private ControlKey(byte[] key) {
    this.key = key;
  }

  /**
   * The key between us and another node; the same on both sides.
   *
   * @throws IllegalArgumentException if {@code theirs} is a key that nobody can have
   */
  static ControlKey between(Crypto crypto, PrivateKey ours, PublicKey theirs) {
    byte[] shared = new byte[PublicKey.BYTES];
    if (!crypto.agree(ours, theirs, shared)) {
      throw new IllegalArgumentException("public key " + theirs + " is of small order");
    }
    byte[] key = Kdf.derive(1, shared, LABEL)[0];
    Arrays.fill(shared, (byte) 0);
    return new ControlKey(key);
  }

  byte[] ofRequest(
      String method, String target, PublicKey sender, long timeMillis, byte[] nonce, byte[] body) {
    return Blake2s.hmac(
        key,
        field(REQUEST),
        field(ascii(method)),
        field(target.getBytes(StandardCharsets.UTF_8)),
        field(sender.bytes()),
        ByteBuffer.allocate(Long.BYTES).putLong(timeMillis).array(),
        field(nonce),
        body);
  }

  boolean proves(ApiRequest request) {
    byte[] expected =
        ofRequest(
            request.method(),
            request.target(),
            request.sender(),
            request.timeMillis(),
            request.nonce(),
            request.body());
    return MessageDigest.isEqual(expected, request.proof());
  }

  byte[] ofResponse(ApiRequest request, int status, byte[] body) {
    byte[] code = ByteBuffer.allocate(Integer.BYTES).putInt(status).array();
    return Blake2s.hmac(key, field(RESPONSE), field(request.proof()), code, body);
  }

  boolean proves(ApiRequest request, ApiResponse response) {
    return MessageDigest.isEqual(
        ofResponse(request, response.status(), response.body()), response.proof());
  }

  /** With its length before it, so that no two lists of fields are the same bytes. */
  private static byte[] field(byte[] bytes) {
    return ByteBuffer.allocate(Integer.BYTES + bytes.length)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
