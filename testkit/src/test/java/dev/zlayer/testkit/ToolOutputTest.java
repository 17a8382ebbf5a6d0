package dev.zlayer.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Reads what Debian 12's wg, ping and iperf3 printed. */
class ToolOutputTest {

  @Test
  void readsPeersOfWg() {
    WgShow show =
        WgShow.parse(
            """
            PRIVATE=\tDEVICE=\t51820\toff
            ONE=\t(none)\t192.0.2.7:51821\t10.9.0.2/32,fd00::2/128\t1795412506\t92\t148\t25
            TWO=\tSHARED=\t(none)\t(none)\t0\t0\t0\toff
            """);
    WgShow.Peer one =
        new WgShow.Peer(
            "ONE=",
            false,
            Optional.of("192.0.2.7:51821"),
            List.of("10.9.0.2/32", "fd00::2/128"),
            Optional.of(Instant.ofEpochSecond(1795412506)),
            92,
            148,
            Optional.of(Duration.ofSeconds(25)));
    WgShow.Peer two =
        new WgShow.Peer(
            "TWO=", true, Optional.empty(), List.of(), Optional.empty(), 0, 0, Optional.empty());
    assertEquals(new WgShow("DEVICE=", 51820, List.of(one, two)), show);
    assertEquals(two, show.peer("TWO="));
    assertThrows(AssertionError.class, () -> show.peer("THREE="));
  }

  @Test
  void keepsPrivateKeysOutOfMessages() {
    assertFalse(new WgKeys("PRIVATE=", "PUBLIC=").toString().contains("PRIVATE="));
  }

  @Test
  void readsAnswersOfDig() {
    Dig.Reply reply =
        Dig.parse(
            printed(
                0,
                """
                ;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 55378
                ;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 1, ADDITIONAL: 1

                ;; OPT PSEUDOSECTION:
                ; EDNS: version: 0, flags:; udp: 1232
                ;; QUESTION SECTION:
                ;web.overlay.local.\t\tIN\tA

                ;; ANSWER SECTION:
                web.overlay.local.\t5\tIN\tA\t10.200.0.5

                ;; AUTHORITY SECTION:
                overlay.local.\t\t10\tIN\tSOA\tns.overlay.local. h. 1 3600 600 86400 10

                ;; Query time: 7 msec
                """));
    assertEquals("NXDOMAIN", reply.status());
    assertEquals(Set.of("qr", "aa", "rd"), reply.flags());
    assertEquals(List.of("web.overlay.local. 5 IN A 10.200.0.5"), reply.answer());
    assertEquals(List.of("10.200.0.5"), reply.data());
    assertEquals(1, reply.authority().size());
    assertEquals(Duration.ofMillis(7), reply.time());
    assertFalse(Dig.parse(printed(9, ";; connection timed out")).came());
    assertThrows(AssertionError.class, () -> Dig.parse(printed(0, "something else")));
  }

  @Test
  void readsRoundTripsOfPing() {
    Ping.Statistics statistics =
        Ping.parse(
            printed(
                0,
                """
                3 packets transmitted, 2 received, 33% packet loss, time 406ms
                rtt min/avg/max/mdev = 0.038/0.107/0.246/0.098 ms
                """));
    assertEquals(1, statistics.lost());
    assertEquals(Optional.of(Duration.ofNanos(107_000)), statistics.averageRoundTrip());
  }

  @Test
  void countsAnswersToTheFirstRequestsOfPing() {
    Ping.Statistics statistics =
        Ping.parseFirst(
            3,
            printed(
                0,
                """
                64 bytes from 10.9.0.1: icmp_seq=1 ttl=64 time=0.038 ms
                64 bytes from 10.9.0.1: icmp_seq=1 ttl=64 time=0.038 ms (DUP!)
                From 10.9.0.9 icmp_seq=2 Destination Host Unreachable
                64 bytes from 10.9.0.1: icmp_seq=3 ttl=64 time=0.038 ms
                64 bytes from 10.9.0.1: icmp_seq=4 ttl=64 time=0.246 ms
                5 packets transmitted, 3 received, +1 duplicates, 40% packet loss, time 406ms
                rtt min/avg/max/mdev = 0.038/0.107/0.246/0.098 ms
                """));
    assertEquals(3, statistics.transmitted());
    assertEquals(1, statistics.lost());
  }

  @Test
  void readsPingWithoutAnyReply() {
    Ping.Statistics statistics =
        Ping.parse(printed(1, "2 packets transmitted, 0 received, +2 errors, 100% packet loss\n"));
    assertEquals(new Ping.Statistics(2, 0, Optional.empty()), statistics);
  }

  @Test
  void failedPingTellsWhy() {
    Execution unreachable = new Execution(List.of("ping"), 2, "", "Network is unreachable\n");
    AssertionError error = assertThrows(AssertionError.class, () -> Ping.parse(unreachable));
    assertTrue(error.getMessage().contains("Network is unreachable"), error.getMessage());
  }

  @Test
  void readsThroughputOfIperf3() {
    String json =
        """
        {"end": {"sum_sent": {"bits_per_second": 2e6, "retransmits": 6},
                 "sum_received": {"bits_per_second": 1.5e6}}}
        """;
    assertEquals(new Iperf3.Throughput(1.5e6, 6), Iperf3.parse(printed(0, json)));
  }

  @Test
  void readsWhatIperf3Lost() {
    String json = "{\"end\": {\"sum\": {\"packets\": 100, \"lost_packets\": 7}}}";
    assertEquals(new Iperf3.Flood(100, 7), Iperf3.parseFlood(printed(0, json)));
  }

  @Test
  void failedTransferTellsWhy() {
    Execution refused = printed(1, "{\"end\": {}, \"error\": \"Connection refused\"}");
    AssertionError error = assertThrows(AssertionError.class, () -> Iperf3.parse(refused));
    assertTrue(error.getMessage().contains("Connection refused"), error.getMessage());
  }

  private static Execution printed(int exitCode, String output) {
    return new Execution(List.of("tool"), exitCode, output, "");
  }
}
