package dev.zlayer.overlay.api;

import dev.zlayer.crypto.PublicKey;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A request of a member, or of the holder of an invite, to the leader.
 *
 * @param method GET, POST or PUT
 * @param target path and query, such as {@code /v1/map?wait=10}
 * @param sender whose request it says to be
 * @param timeMillis when it was made, by the sender's clock, in milliseconds since 1970
 * @param nonce {@value #NONCE_BYTES} random bytes, another for each request
 * @param proof that the sender has the private key of {@code sender}, over all of the above and the
 *     body; {@value ControlKey#PROOF_BYTES} bytes
 */
public record ApiRequest(
    String method,
    String target,
    PublicKey sender,
    long timeMillis,
    byte[] nonce,
    byte[] body,
    byte[] proof) {
  public static final String KEY_HEADER = "ZLayer-Key";
  public static final String TIME_HEADER = "ZLayer-Time";
  public static final String NONCE_HEADER = "ZLayer-Nonce";
  public static final String PROOF_HEADER = "ZLayer-Proof";

  public static final int NONCE_BYTES = 16;

  public ApiRequest {
    Objects.requireNonNull(method);
    Objects.requireNonNull(target);
    Objects.requireNonNull(sender);
    Objects.requireNonNull(body);
    requireBytes(nonce, NONCE_BYTES, NONCE_HEADER);
    requireBytes(proof, ControlKey.PROOF_BYTES, PROOF_HEADER);
  }

  /**
   * A request from what stands in an HTTP message.
   *
   * @param header the value of a header
   * @throws IllegalArgumentException naming a header that is missing or wrong
   */
  public static ApiRequest of(
      String method, String target, Function<String, Optional<String>> header, byte[] body) {
    return new ApiRequest(
        method,
        target,
        read(header, KEY_HEADER, PublicKey::parse),
        read(header, TIME_HEADER, Long::parseLong),
        read(header, NONCE_HEADER, Base64.getDecoder()::decode),
        body,
        read(header, PROOF_HEADER, Base64.getDecoder()::decode));
  }

  /** The headers that {@link #of} reads. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(KEY_HEADER, sender.toBase64());
    headers.put(TIME_HEADER, Long.toString(timeMillis));
    headers.put(NONCE_HEADER, Base64.getEncoder().encodeToString(nonce));
    headers.put(PROOF_HEADER, Base64.getEncoder().encodeToString(proof));
    return headers;
  }

  private static <T> T read(
      Function<String, Optional<String>> header, String name, Function<String, T> parser) {
    String text =
        header
            .apply(name)
            .orElseThrow(() -> new IllegalArgumentException("header " + name + " is missing"));
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("header " + name + " is malformed", e);
    }
  }

  private static void requireBytes(byte[] bytes, int expected, String header) {
    if (bytes.length != expected) {
      throw new IllegalArgumentException("header " + header + " has not " + expected + " bytes");
    }
  }
}
