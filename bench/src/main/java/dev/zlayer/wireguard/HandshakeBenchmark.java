package dev.zlayer.wireguard;

import dev.zlayer.bench.StepBenchmark;
import dev.zlayer.crypto.Crypto;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A whole handshake, both sides' work: initiation, response, the first keepalive. */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class HandshakeBenchmark extends StepBenchmark {
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
