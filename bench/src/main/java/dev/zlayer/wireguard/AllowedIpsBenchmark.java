package dev.zlayer.wireguard;

import dev.zlayer.bench.StepBenchmark;
import java.net.InetAddress;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Whom an address belongs to, for one packet: every peer owns a /32 and a /128 of its own. */
public class AllowedIpsBenchmark extends StepBenchmark {
  /** A power of two; what is asked for has no order that a processor could learn. */
  private static final int QUESTIONS = 1 << 14;

  private static final long HIGH = 0xfd00_0200_0000_0000L;

  @Param({"1", "1000", "10000"})
  public int peers;

  private final int[] hosts = new int[QUESTIONS];
  private AllowedIps<Integer> table = AllowedIps.empty();
  private int next;

  @Setup
  public void fill() {
    for (int i = 0; i < peers; i++) {
      InetAddress ipv4 =
          InetAddress.ofLiteral("10.200." + (host(i) >>> 8) + "." + (host(i) & 0xff));
      InetAddress ipv6 = InetAddress.ofLiteral("fd00:200::" + Integer.toHexString(host(i)));
      table = table.with(Cidr.host(ipv4), i).with(Cidr.host(ipv6), i);
    }
    Random random = new Random(1);
    for (int i = 0; i < QUESTIONS; i++) {
      hosts[i] = host(random.nextInt(peers));
    }
  }

  private static int host(int peer) {
    return peer + 1;
  }

  private int nextHost() {
    return hosts[next++ & (QUESTIONS - 1)];
  }

  @Benchmark
  public Object ipv4() {
    return table.ownerOfIpv4(0x0ac8_0000 | nextHost());
  }

  @Benchmark
  public Object ipv6() {
    return table.ownerOfIpv6(HIGH, nextHost());
  }
}
