package dev.zlayer.crypto;

import dev.zlayer.bench.StepBenchmark;
import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The cipher alone, for one packet of {@code bytes} bytes. */
public class AeadBenchmark extends StepBenchmark {
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
