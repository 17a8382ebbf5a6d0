package dev.zlayer.testkit;

import java.util.Random;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Random bytes that a seed repeats. As a JUnit extension it adds the seed to a failure:
 *
 * <pre>
 *   &#64;RegisterExtension final SeededEntropy entropy = SeededEntropy.fresh();
 *   ... new Engine(entropy::fill) ...
 * </pre>
 *
 * <p>{@code -Dzlayer.seed=SEED} replays what {@link #fresh()} drew. Thread safe; what several
 * threads draw depends on their order.
 */
public final class SeededEntropy implements TestExecutionExceptionHandler {
  private static final String SEED_PROPERTY = "zlayer.seed";

  private final long seed;
  private final Random random;

  private SeededEntropy(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** Entropy that is the same in every run. */
  public static SeededEntropy of(long seed) {
    return new SeededEntropy(seed);
  }

  /** Entropy that differs in every run, unless {@code -Dzlayer.seed} names one. */
  public static SeededEntropy fresh() {
    Long replayed = Long.getLong(SEED_PROPERTY);
    return new SeededEntropy(replayed == null ? System.nanoTime() : replayed);
  }

  public long seed() {
    return seed;
  }

  /** Fills {@code target} with the next bytes. */
  public synchronized void fill(byte[] target) {
    random.nextBytes(target);
  }

  /** The next {@code bytes} bytes. */
  public byte[] bytes(int bytes) {
    byte[] next = new byte[bytes];
    fill(next);
    return next;
  }

  /** The next number from 0 up to {@code bound}, exclusive. */
  public synchronized int below(int bound) {
    return random.nextInt(bound);
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    failure.addSuppressed(new Replay(seed));
    throw failure;
  }

  /** Carries the seed into the report of a failed test; has no stack trace of its own. */
  private static final class Replay extends Exception {
    private static final long serialVersionUID = 1;

    Replay(long seed) {
      super("replay with -D" + SEED_PROPERTY + "=" + seed, null, false, false);
    }
  }
}
