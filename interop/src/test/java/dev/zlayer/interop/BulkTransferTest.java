package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.ReorderingRelay;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WireGuardGo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Much data at full speed, over IPv4 and IPv6 and in both directions at once, arrives as it was
 * sent: over a good network, one that loses datagrams, and one that reorders them.
 *
 * <pre>
 *   left 192.0.2.1 ---------------------------------- 192.0.2.2 right     good, lossy
 *   left 192.0.2.1 -- 192.0.2.9 relay 198.51.100.9 -- 198.51.100.2 right  reordering
 *   10.9.0.1, fd09::1 ======== tunnel ======== 10.9.0.2, fd09::2
 * </pre>
 *
 * <p>{@code -Dzlayer.bulk.gigabytes=10} has each of them carry that much.
 */
@Tag("root")
class BulkTransferTest {
  private static final long SEED = 20_261_128;
  private static final int MTU = 1420;
  private static final int PORT = 51820;
  private static final int STREAMS = 4;
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long SLOWEST_BYTES_PER_SECOND = 5_000_000;
  private static final String OURS =
      Path.of(System.getProperty("zlayer.root"), "zlayer-wireguard")
          .toAbsolutePath()
          .normalize()
          .toString();
  private static final String THEIRS = "wireguard-go";

  private static final Pattern IPV4_LENGTH =
      Pattern.compile("proto \\w+ \\(\\d+\\), length (\\d+)");
  private static final Pattern IPV6_LENGTH = Pattern.compile("payload length: (\\d+)");

  private final Topology network = new Topology();
  private final Netns left = network.namespace();
  private final Netns right = network.namespace();
  private WireGuardGo leftDevice;
  private WireGuardGo rightDevice;

  @TempDir private Path folder;

  @AfterEach
  void end() {
    network.close();
  }

  @Test
  void arrivesAsItWasSent() {
    connectDirectly();
    tunnel(OURS, OURS, "192.0.2.2:" + PORT);
    assertTransfer(100_000_000);
  }

  @Test
  void arrivesAtAndFromWireGuardGo() {
    connectDirectly();
    tunnel(OURS, THEIRS, "192.0.2.2:" + PORT);
    assertTransfer(40_000_000);
  }

  @Test
  void arrivesWhereOneDatagramInAHundredIsLost() {
    connectDirectly();
    List.of(left, right).forEach(BulkTransferTest::loseOneInAHundred);
    tunnel(OURS, OURS, "192.0.2.2:" + PORT);
    assertTransfer(20_000_000);
    for (Netns host : List.of(left, right)) {
      long lost = lost(host);
      assertTrue(lost > 50, lost + " datagrams were lost at " + host.name());
    }
  }

  @Test
  void arrivesWhereDatagramsOvertakeEachOther() {
    Netns between = network.namespace();
    network.connect(left.nic("192.0.2.1/24"), between.nic("192.0.2.9/24"));
    network.connect(between.nic("198.51.100.9/24"), right.nic("198.51.100.2/24"));
    RunningCommand relay = ReorderingRelay.start(between, SEED, PORT, "198.51.100.2", PORT);
    tunnel(OURS, OURS, "192.0.2.9:" + PORT);
    assertTransfer(40_000_000);
    long overtaken = ReorderingRelay.overtaken(relay.stop());
    assertTrue(overtaken > 500, overtaken + " datagrams were overtaken");
  }

  /**
   * Seen where nothing is left to offloads: in the tunnel of wireguard-go, which knows none, and in
   * ours with them switched off, as far as the host's own packets go there.
   */
  @Test
  void sendsPacketsWithRightChecksumsAndWithinTheMtu() {
    Tools.require("tcpdump", "tcpdump");
    connectDirectly();
    tunnel(OURS, THEIRS, "192.0.2.2:" + PORT);
    Path atTheirs = folder.resolve("theirs.pcap");
    Path atOurs = folder.resolve("ours.pcap");
    switchOff(left, leftDevice.interfaceName(), "tso", "gso");
    RunningCommand theirCapture = capture(right, rightDevice, "inout", atTheirs);
    transfer(8_000_000);
    assertSound(theirCapture, atTheirs, 3_000);

    switchOff(left, leftDevice.interfaceName(), "tx");
    RunningCommand ourCapture = capture(left, leftDevice, "out", atOurs);
    transfer(8_000_000);
    assertSound(ourCapture, atOurs, 1_000);
  }

  private void connectDirectly() {
    network.connect(left.nic("192.0.2.1/24"), right.nic("192.0.2.2/24"));
  }

  private void tunnel(String leftProgram, String rightProgram, String endpoint) {
    leftDevice = WireGuardGo.start(leftProgram, left, PORT);
    rightDevice = WireGuardGo.start(rightProgram, right, PORT);
    String key = rightDevice.publicKey();
    String allowed = "10.9.0.2/32,fd09::2/128";
    leftDevice.set("peer", key, "endpoint", endpoint, "allowed-ips", allowed);
    rightDevice.set("peer", leftDevice.publicKey(), "allowed-ips", "10.9.0.1/32,fd09::1/128");
    leftDevice.up("10.9.0.1/24", "fd09::1/64");
    rightDevice.up("10.9.0.2/24", "fd09::2/64");
    Command ping = Command.of("ping", "-nq", "-c1", "-W1", "fd09::2").in(left);
    Eventually.within(START, "the tunnel", () -> ping.run().exitCode() == 0);
  }

  /** Each datagram is to have a chance of its own, which one of many segments hasn't. */
  private static void loseOneInAHundred(Netns host) {
    Tools.require("nft", "nftables");
    switchOff(host, "eth0", "tx-udp-segmentation", "gso", "tso", "gro");
    host.exec("nft", "add table inet loss");
    host.exec("nft", "add chain inet loss in { type filter hook input priority 0; }");
    String rule = "add rule inet loss in udp dport " + PORT + " numgen random mod 100 == 0";
    host.exec("nft", rule + " counter drop");
  }

  private static long lost(Netns host) {
    String table = host.exec("nft", "list table inet loss");
    return number(Pattern.compile("counter packets (\\d+)"), table).orElseThrow();
  }

  private static void switchOff(Netns host, String interfaceName, String... features) {
    Tools.require("ethtool", "ethtool");
    List<String> line = new ArrayList<>(List.of("ethtool", "-K", interfaceName));
    for (String feature : features) {
      line.addAll(List.of(feature, "off"));
    }
    host.exec(line.toArray(String[]::new));
  }

  /** The bytes of all streams together, unless a property says otherwise. */
  private void assertTransfer(long usualBytes) {
    long gigabytes = Long.getLong("zlayer.bulk.gigabytes", 0);
    long bytes = gigabytes == 0 ? usualBytes : gigabytes * 1_000_000_000;
    long start = System.nanoTime();
    transfer(bytes);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%,d bytes in %.1f s, %.0f Mbit/s%n", bytes, seconds, bytes * 8 / seconds / 1e6);
  }

  private void transfer(long bytes) {
    RunningCommand there = streams(left, SEED, bytes, "10.9.0.2", "fd09::2");
    RunningCommand back = streams(right, SEED + STREAMS, bytes, "10.9.0.1", "fd09::1");
    Duration limit = PATIENCE.plusSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
    Execution atLeft = there.await(limit).requireSuccess();
    Execution atRight = back.await(PATIENCE).requireSuccess();
    assertEquals(lines(atLeft, "sent"), lines(atRight, "received"), "from left to right");
    assertEquals(lines(atRight, "sent"), lines(atLeft, "received"), "from right to left");
  }

  private static RunningCommand streams(Netns host, long seed, long bytes, String... targets) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx32m",
                "-cp",
                System.getProperty("zlayer.testClasses"),
                SeededStreams.class.getName(),
                Long.toString(seed),
                Long.toString(bytes / STREAMS)));
    line.addAll(List.of(targets));
    return host.start(line.toArray(String[]::new));
  }

  /** Number and digest of each stream, in order. */
  private static List<String> lines(Execution streams, String what) {
    List<String> lines =
        streams
            .output()
            .lines()
            .filter(line -> line.startsWith(what + " "))
            .map(line -> line.substring(what.length() + 1))
            .sorted()
            .toList();
    assertEquals(STREAMS / 2, lines.size(), streams.toString());
    return lines;
  }

  private RunningCommand capture(Netns host, WireGuardGo device, String direction, Path file) {
    RunningCommand capture =
        host.start(
            "tcpdump",
            "-Z",
            "root",
            "-B",
            "32768",
            "-Q",
            direction,
            "-i",
            device.interfaceName(),
            "-w",
            file.toString(),
            "tcp");
    capture.awaitText("listening on", START);
    return capture;
  }

  private static void assertSound(RunningCommand capture, Path file, int leastPackets) {
    capture.signal("INT");
    capture.await(PATIENCE).requireSuccess();
    String packets = Command.of("tcpdump", "-nvv", "-r", file.toString()).within(PATIENCE).output();
    long correct = count(packets, line -> line.contains("(correct)"));
    assertTrue(correct >= leastPackets, "only " + correct + " packets with a checksum");
    assertEquals(
        0,
        count(packets, line -> line.contains("incorrect") || line.contains("bad cksum")),
        () -> packets.lines().filter(line -> line.contains("incorrect")).limit(5).toList() + "");
    long longest = packets.lines().mapToLong(BulkTransferTest::packetBytes).max().orElseThrow();
    assertTrue(longest <= MTU && longest > MTU - 16, "the longest packet has " + longest);
  }

  private static long packetBytes(String line) {
    return number(IPV4_LENGTH, line)
        .or(() -> number(IPV6_LENGTH, line).map(payload -> payload + 40))
        .orElse(0L);
  }

  private static long count(String text, Predicate<String> condition) {
    return text.lines().filter(condition).count();
  }

  private static Optional<Long> number(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .findFirst()
        .map((MatchResult match) -> Long.valueOf(match.group(1)));
  }
}
