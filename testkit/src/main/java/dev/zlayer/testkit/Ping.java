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
  private static final Pattern ANSWER = Pattern.compile("icmp_seq=(\\d+) ttl=");
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

  /**
   * Sends {@code count} echo requests and waits a second or two for the last answer.
   *
   * <p>By itself ping waits for the last answer no longer than for two of the others, too short on
   * a busy machine. With a deadline it goes on until it has {@code count} answers: those to further
   * requests don't count.
   */
  public static Statistics run(Netns from, String target, int count, Duration interval) {
    Tools.require("ping", "iputils-ping");
    Duration sending = interval.multipliedBy(count);
    String deadline = "-w" + (sending.toSeconds() + 2);
    Command ping =
        Command.of("ping", "-n", deadline, "-c" + count, "-i" + seconds(interval), target);
    return parseFirst(count, ping.in(from).within(sending.plus(GRACE)).run());
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

  /** What became of the first {@code count} requests, out of a line an answer. */
  static Statistics parseFirst(int count, Execution ping) {
    Statistics all = parse(ping);
    long received =
        ANSWER
            .matcher(ping.output())
            .results()
            .map(answer -> Integer.valueOf(answer.group(1)))
            .filter(sequence -> sequence <= count)
            .distinct()
            .count();
    return new Statistics(count, (int) received, all.averageRoundTrip());
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
