package dev.zlayer.wireguard;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Whether a counter was seen before, for one packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReplayWindowBenchmark {
  private final ReplayWindow window = new ReplayWindow();
  private long counter;

  @Benchmark
  public boolean inOrder() {
    return window.accept(counter++);
  }

  /** Of every 64 packets, each comes in the place of its mirror image. */
  @Benchmark
  public boolean outOfOrder() {
    return window.accept(counter++ ^ 63);
  }
}
