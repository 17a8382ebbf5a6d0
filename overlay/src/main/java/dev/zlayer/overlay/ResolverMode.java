package dev.zlayer.overlay;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What leads ordinary programs on this machine to the names that its node serves. */
public enum ResolverMode {
  /** Whichever of {@link #RESOLVED} and {@link #RESOLVCONF} is in charge here, or nothing. */
  AUTO,
  /** systemd-resolved asks the node about names of the overlay, and about no others. */
  RESOLVED,
  /** The node is the first name server that resolvconf or openresolv knows. */
  RESOLVCONF,
  /** The node is the first name server in {@code /etc/resolv.conf}, which is edited. */
  RESOLV_CONF,
  /** The names stand in {@code /etc/hosts}, which is edited as they change. */
  HOSTS,
  /** Nothing is touched. */
  NONE;

  /** As an operator types it: {@code auto}, {@code resolv.conf}. */
  public String word() {
    return this == RESOLV_CONF ? "resolv.conf" : name().toLowerCase(Locale.ROOT);
  }

  /**
   * What {@link #word} wrote.
   *
   * @throws IllegalArgumentException for another word, naming those that there are
   */
  public static ResolverMode parse(String word) {
    return Arrays.stream(values())
        .filter(mode -> mode.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'%s' is not one of %s"
                    .formatted(
                        word,
                        Arrays.stream(values())
                            .map(ResolverMode::word)
                            .collect(Collectors.joining(", ")))));
  }
}
