package dev.zlayer.wireguard;

import dev.zlayer.crypto.Crypto;
import java.time.Instant;
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

/** A whole handshake, both sides' work: initiation, response, the first keepalive. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HandshakeBenchmark {
  @Param({"openssl", "jca"})
  public String crypto;

  private EnginePair pair;

  @Setup
  public void meet() {
    pair = new EnginePair(crypto.equals("jca") ? Crypto.portable() : Crypto.openSsl(), 64);
    Instant before = pair.lastHandshake();
    pair.rekey();
    if (!pair.lastHandshake().isAfter(before)) {
      throw new IllegalStateException("the two engines don't come to a handshake");
    }
  }

  @Benchmark
  public void handshake() {
    pair.rekey();
  }
}
