package dev.zlayer.crypto;

/** Where random bytes come from: {@code SecureRandom::nextBytes}, or a seeded twin in tests. */
@FunctionalInterface
public interface Entropy {
  /** Fills {@code target} with random bytes. Thread safe. */
  void fill(byte[] target);
}
