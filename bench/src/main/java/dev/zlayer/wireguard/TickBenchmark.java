package dev.zlayer.wireguard;

import dev.zlayer.bench.StepBenchmark;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Instant;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Timers of many peers: every one has a keepalive every 25 seconds, spread evenly, so that each
 * tick finds one of them due. Where to send is not known, so that it costs nothing but the timers.
 */
public class TickBenchmark extends StepBenchmark {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int KEEPALIVE_SECONDS = 25;

  @Param({"10", "1000", "10000"})
  public int peers;

  private Engine engine;

  @Setup
  public void meet() {
    Crypto crypto = Crypto.system();
    PrivateKey key = PrivateKey.generate(RANDOM::nextBytes);
    engine = new Engine(crypto, RANDOM::nextBytes, () -> Instant.EPOCH, key, 1420);
    for (int i = 0; i < peers; i++) {
      PrivateKey peerKey = PrivateKey.generate(RANDOM::nextBytes);
      Cidr address = Cidr.host(InetAddress.ofLiteral("fd00:200::" + Integer.toHexString(i + 1)));
      engine.configure(
          PeerSettings.of(crypto.publicKey(peerKey), address)
              .withPersistentKeepalive(KEEPALIVE_SECONDS),
          i * (KEEPALIVE_SECONDS * 1_000_000_000L / peers));
    }
  }

  @Benchmark
  public void tick() {
    engine.tick(engine.nextDeadlineNanos());
  }
}
