package dev.zlayer.crypto;

import java.util.Objects;
import java.util.Optional;

/** The two implementations, each made when it is first asked for, and the choice between them. */
final class SystemCrypto {
  /** The environment variable that forces one. */
  static final String VARIABLE = "ZLAYER_CRYPTO";

  private static final String OPENSSL = "openssl";
  private static final String JCA = "jca";

  private SystemCrypto() {}

  /**
   * The implementation that the environment forces, or else the fastest one.
   *
   * @throws IllegalStateException if the forced one is unknown or can't be had here, and why
   */
  static Crypto chosen() {
    return choose(Objects.requireNonNullElse(System.getenv(VARIABLE), ""));
  }

  /** As {@link #chosen}, with the variable's value given; empty if it forces nothing. */
  static Crypto choose(String forced) {
    return switch (forced) {
      case "" -> OpenSsl.ATTEMPT.crypto().orElseGet(SystemCrypto::portable);
      case OPENSSL -> openSsl();
      case JCA -> portable();
      default ->
          throw new IllegalStateException(
              "%s is '%s': set it to %s or %s, or unset it"
                  .formatted(VARIABLE, forced, OPENSSL, JCA));
    };
  }

  /**
   * The implementation on libcrypto.
   *
   * @throws IllegalStateException if it can't be had here, and why
   */
  static Crypto openSsl() {
    return OpenSsl.ATTEMPT
        .crypto()
        .orElseThrow(() ->
            new IllegalStateException("OpenSSL can't be used here: " + OpenSsl.ATTEMPT.failure()));
  }

  /** The implementation that every machine has. */
  static Crypto portable() {
    return Portable.CRYPTO;
  }

  private record Attempt(Optional<Crypto> crypto, String failure) {}

  private static final class OpenSsl {
    static final Attempt ATTEMPT = attempt();

    private static Attempt attempt() {
      try {
        return new Attempt(Optional.of(OpenSslCrypto.load()), "");
      } catch (LinkageError | IllegalStateException e) {
        Throwable reason = e.getCause() == null ? e : e.getCause();
        return new Attempt(Optional.empty(), reason.getMessage());
      }
    }
  }

  private static final class Portable {
    static final Crypto CRYPTO = new JcaCrypto();
  }
}
