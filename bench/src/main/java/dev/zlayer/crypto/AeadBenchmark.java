package dev.zlayer.crypto;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The cipher alone, for one packet of {@code bytes} bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AeadBenchmark {
  @Param({"openssl", "jca"})
  public String crypto;

  @Param({"64", "1420"})
  public int bytes;

  private Aead aead;
  private final byte[] tag = new byte[Aead.TAG_BYTES];
  private long sealed;
  private long target;
  private long counter;

  @Setup
  public void prepare() {
    aead = SystemCrypto.choose(crypto).aead(new byte[Aead.KEY_BYTES]);
    sealed = place();
    target = place();
    aead.seal(0, sealed, bytes);
    RawMemory.copy(sealed + bytes, tag, 0, tag.length);
  }

  private long place() {
    return RawMemory.allocate(Arena.global(), bytes + 2L * Aead.ROOM_BYTES) + Aead.ROOM_BYTES;
  }

  @Benchmark
  public void seal() {
    aead.seal(++counter, target, bytes);
  }

  @Benchmark
  public boolean open() {
    RawMemory.copy(tag, 0, sealed + bytes, tag.length);
    return aead.open(0, sealed, bytes + Aead.TAG_BYTES, target);
  }
}
