package dev.zlayer.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Whether this machine's clock can be right: it isn't before what was written already. How far it
 * is from the leader's a running node finds out: its condition {@code clock-skew}.
 */
final class ClockCheck {
  private static final String NAME = "clock";
  private static final Duration TOLERANCE = Duration.ofMinutes(1);
  private static final String REMEDY = "have it set by NTP (timedatectl set-ntp true)";

  private ClockCheck() {}

  static List<Finding> findings(Patient patient) {
    Instant written;
    try {
      written = Files.getLastModifiedTime(patient.directory().stateFile()).toInstant();
    } catch (IOException e) {
      written = Instant.EPOCH;
    }
    return List.of(judge(written, Instant.now()));
  }

  static Finding judge(Instant written, Instant now) {
    Instant shown = now.truncatedTo(ChronoUnit.SECONDS);
    return written.isAfter(now.plus(TOLERANCE))
        ? Finding.problem(
            NAME,
            "it is %s by this machine's clock, but the state was written at %s: peers don't answer a"
                    .formatted(shown, written.truncatedTo(ChronoUnit.SECONDS))
                + " node whose clock was put back",
            REMEDY)
        : Finding.ok(NAME, shown.toString());
  }
}
