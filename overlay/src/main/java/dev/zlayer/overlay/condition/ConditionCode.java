package dev.zlayer.overlay.condition;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Everything that can be wrong with a running node. {@code docs/conditions.md} tells what each one
 * means.
 */
public enum ConditionCode {
  /** The leader answers no request. */
  LEADER_UNREACHABLE(Severity.ERROR),
  /** The leader's map is older than it should be. */
  MAP_STALE(Severity.ERROR),
  /** Much is sent and nothing comes back, from nobody. */
  UDP_BLOCKED(Severity.ERROR, Duration.ofSeconds(20)),
  /** What changes can't be kept. */
  STATE_NOT_WRITABLE(Severity.ERROR),
  /** Somebody has brought the interface down. */
  INTERFACE_DOWN(Severity.ERROR),
  /** The node is to serve names and doesn't. */
  NAMES_NOT_SERVED(Severity.ERROR),
  /** Programs of this machine don't find the names, though they should. */
  RESOLVER_NOT_INTEGRATED(Severity.WARNING),
  /** Peers that had answered don't any more. */
  PEER_DOWN(Severity.WARNING),
  /** Whether peers answer can't be found out. */
  HEALTH_UNKNOWN(Severity.WARNING),
  /** Our clock and the leader's differ. */
  CLOCK_SKEW(Severity.WARNING),
  /** Full packets don't fit into the way to a peer. */
  MTU_TOO_LARGE(Severity.WARNING),
  /** {@code wg} doesn't find the interface. */
  UAPI_SOCKET_ELSEWHERE(Severity.WARNING);

  private final Severity severity;
  private final Duration patience;

  ConditionCode(Severity severity) {
    this(severity, Duration.ZERO);
  }

  ConditionCode(Severity severity, Duration patience) {
    this.severity = severity;
    this.patience = patience;
  }

  public Severity severity() {
    return severity;
  }

  /** How long it has to be so before it counts. */
  Duration patience() {
    return patience;
  }

  /** {@code leader-unreachable}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The code of that text; empty for one that this version doesn't know. */
  public static Optional<ConditionCode> of(String text) {
    return Arrays.stream(values()).filter(code -> code.text().equals(text)).findFirst();
  }
}
