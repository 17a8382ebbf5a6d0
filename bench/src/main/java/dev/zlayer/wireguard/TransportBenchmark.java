package dev.zlayer.wireguard;

import dev.zlayer.bench.StepBenchmark;
import dev.zlayer.crypto.Crypto;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The engine's whole work on a packet: the peer, the session, the cipher, the replay window. */
public class TransportBenchmark extends StepBenchmark {
  @Param({"openssl", "jca"})
  public String crypto;

  @Param({"64", "1420"})
  public int bytes;

  /** Of each engine; `-p peers=1,1000,10000` shows what others cost that are silent. */
  @Param("1")
  public int peers;

  private EnginePair pair;

  @Setup
  public void shakeHands() {
    pair =
        new EnginePair(crypto.equals("jca") ? Crypto.portable() : Crypto.openSsl(), bytes, peers);
    if (sealAndOpen() != EnginePair.PACKETS) {
      throw new IllegalStateException("packets are lost between the two engines");
    }
  }

  @Benchmark
  @OperationsPerInvocation(EnginePair.PACKETS)
  public int seal() {
    return pair.seal();
  }

  @Benchmark
  @OperationsPerInvocation(EnginePair.PACKETS)
  public int sealAndOpen() {
    pair.seal();
    return pair.open();
  }
}
