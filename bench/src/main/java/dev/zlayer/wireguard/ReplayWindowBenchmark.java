package dev.zlayer.wireguard;

import dev.zlayer.bench.StepBenchmark;
import org.openjdk.jmh.annotations.Benchmark;

/** Whether a counter was seen before, for one packet. */
public class ReplayWindowBenchmark extends StepBenchmark {
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
