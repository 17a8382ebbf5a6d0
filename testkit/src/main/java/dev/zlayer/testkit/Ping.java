package dev.zlayer.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code ping} of iputils: once for a number of echoes, or all along a test. */
public final class Ping {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Pattern COUNTS =
      Pattern.compile("(\\d+) packets transmitted, (\\d+) received");
  private static final Pattern ROUND_TRIPS =
      Pattern.compile("rtt min/avg/max/mdev = [^/]+/([^/]+)");

  private final RunningCommand process;

  private Ping(RunningCommand process) {
    this.process = process;
  }

  /**
   * What ping counted.
   *
   * @param averageRoundTrip empty when nothing came back
   */
  public record Statistics(int transmitted, int received, Optional<Duration> averageRoundTrip) {
    public int lost() {
      return transmitted - received;
    }
  }

  /** Sends {@code count} echo requests and waits a second at most for the last answer. */
  public static Statistics run(Netns from, String target, int count, Duration interval) {
    Tools.require("ping", "iputils-ping");
    Command ping = Command.of("ping", "-nq", "-W1", "-c" + count, "-i" + seconds(interval), target);
    return parse(ping.in(from).within(interval.multipliedBy(count).plus(GRACE)).run());
  }

  /** Sends an echo request every {@code interval} until {@link #finish()}. */
  public static Ping start(Netns from, String target, Duration interval) {
    Tools.require("ping", "iputils-ping");
    return new Ping(from.start("ping", "-nq", "-W1", "-i" + seconds(interval), target));
  }

  /** Ends it and counts; an answer still on its way counts as lost. */
  public Statistics finish() {
    process.signal("INT");
    return parse(process.await(GRACE));
  }

  static Statistics parse(Execution ping) {
    Matcher counts = COUNTS.matcher(ping.output());
    if (!counts.find()) {
      throw new AssertionError("no statistics: " + ping);
    }
    return new Statistics(
        Integer.parseInt(counts.group(1)),
        Integer.parseInt(counts.group(2)),
        ROUND_TRIPS
            .matcher(ping.output())
            .results()
            .findFirst()
            .map(match -> Duration.ofNanos(Math.round(Double.parseDouble(match.group(1)) * 1e6))));
  }

  private static String seconds(Duration interval) {
    return Double.toString(interval.toNanos() / 1e9);
  }
}
