package dev.zlayer.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One stream of {@code iperf3} between two namespaces: TCP with congestion control cubic, or UDP.
 */
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
   * What came of a flood.
   *
   * @param datagrams sent
   * @param lost of those
   */
  public record Flood(long datagrams, long lost) {}

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
    return start(client, server, address, duration, "-C", "cubic");
  }

  /**
   * Sends UDP datagrams at a rate, whatever the network takes.
   *
   * @param rate in bits a second, as iperf3 takes it, as in {@code 100M}
   */
  public static Flood flood(
      Netns client, Netns server, String address, String rate, Duration duration) {
    return parseFlood(start(client, server, address, duration, "-u", "-l1200", "-b" + rate).end());
  }

  private static Iperf3 start(
      Netns client, Netns server, String address, Duration duration, String... options) {
    Tools.require("iperf3", "iperf3");
    String port = "-p" + NEXT_PORT.getAndIncrement();
    RunningCommand serving = server.start("iperf3", "-s", "-1", "--forceflush", port);
    serving.awaitText("Server listening", GRACE);
    List<String> line = new ArrayList<>(List.of("iperf3", "-c", address, port, "-J"));
    line.add("-t" + duration.toSeconds());
    line.addAll(List.of(options));
    RunningCommand sending = client.start(line.toArray(String[]::new));
    return new Iperf3(serving, sending, duration.plus(GRACE));
  }

  /** Waits for the end of the transfer. */
  public Throughput result() {
    return parse(end());
  }

  private Execution end() {
    try (server;
        client) {
      return client.await(limit);
    }
  }

  static Throughput parse(Execution client) {
    JsonNode received = figure(client, "sum_received", "bits_per_second");
    JsonNode retransmits = figure(client, "sum_sent", "retransmits");
    return new Throughput(received.asDouble(), retransmits.asLong());
  }

  static Flood parseFlood(Execution client) {
    JsonNode datagrams = figure(client, "sum", "packets");
    JsonNode lost = figure(client, "sum", "lost_packets");
    return new Flood(datagrams.asLong(), lost.asLong());
  }

  private static JsonNode figure(Execution client, String part, String name) {
    JsonNode end = JsonMapper.shared().readTree(client.output()).path("end");
    JsonNode figure = end.path(part).path(name);
    if (client.exitCode() != 0 || figure.isMissingNode()) {
      throw new AssertionError("no transfer: " + client);
    }
    return figure;
  }
}
