package dev.zlayer.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One TCP stream of {@code iperf3} between two namespaces, with congestion control cubic. */
public final class Iperf3 {
  private static final AtomicInteger NEXT_PORT = new AtomicInteger(5201);
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final RunningCommand server;
  private final RunningCommand client;
  private final Duration limit;

  private Iperf3(RunningCommand server, RunningCommand client, Duration limit) {
    this.server = server;
    this.client = client;
    this.limit = limit;
  }

  /**
   * What went through.
   *
   * @param bitsPerSecond of payload, as the receiver counted it
   * @param retransmits segments that the sender sent again
   */
  public record Throughput(double bitsPerSecond, long retransmits) {}

  /**
   * Transfers from {@code client} to {@code server} for {@code duration}, whole seconds from 1.
   *
   * @param address the server's, as the client reaches it
   * @throws AssertionError with iperf3's own words when the transfer fails
   */
  public static Throughput run(Netns client, Netns server, String address, Duration duration) {
    return start(client, server, address, duration).result();
  }

  /** Starts such a transfer; {@link #result()} waits for its end. */
  public static Iperf3 start(Netns client, Netns server, String address, Duration duration) {
    Tools.require("iperf3", "iperf3");
    String port = "-p" + NEXT_PORT.getAndIncrement();
    RunningCommand serving = server.start("iperf3", "-s", "-1", "--forceflush", port);
    serving.awaitText("Server listening", GRACE);
    RunningCommand sending =
        client.start(
            "iperf3", "-c", address, port, "-t" + duration.toSeconds(), "-J", "-C", "cubic");
    return new Iperf3(serving, sending, duration.plus(GRACE));
  }

  /** Waits for the end of the transfer. */
  public Throughput result() {
    try (server;
        client) {
      return parse(client.await(limit));
    }
  }

  static Throughput parse(Execution client) {
    JsonNode end = JsonMapper.shared().readTree(client.output()).path("end");
    JsonNode received = end.path("sum_received").path("bits_per_second");
    JsonNode retransmits = end.path("sum_sent").path("retransmits");
    if (client.exitCode() != 0 || received.isMissingNode() || retransmits.isMissingNode()) {
      throw new AssertionError("no transfer: " + client);
    }
    return new Throughput(received.asDouble(), retransmits.asLong());
  }
}
