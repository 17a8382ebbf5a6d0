package dev.zlayer.overlay.dns.zone;

import java.util.Locale;
import java.util.regex.Pattern;

/** What hosts and zones may be called (RFC 1123, 2.1). */
public final class HostName {
  /** With the longest host name of a peer before it, a name is just no longer than DNS takes. */
  private static final int MAX_ZONE = 50;

  private static final int MAX_NAME = 253;
  private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
  private static final Pattern NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");

  private HostName() {}

  /**
   * A zone's name, in lower case and without a final dot.
   *
   * @throws IllegalArgumentException naming the text and the rule that it breaks
   */
  public static String requireZone(String text) {
    String name = withoutFinalDot(text.toLowerCase(Locale.ROOT));
    if (name.length() > MAX_ZONE || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "zone '%s' is not a DNS name: labels of letters, digits or inner '-', joined by '.',"
                  .formatted(text)
              + " together at most "
              + MAX_ZONE
              + " characters");
    }
    if (name.equals("arpa") || name.endsWith(".arpa")) {
      throw new IllegalArgumentException(
          "zone '" + text + "' is for reverse lookups: those of the network are served anyway");
    }
    return name;
  }

  /**
   * A host's name without its zone, in lower case: of {@code web}, {@code web.overlay.local} and
   * {@code web.overlay.local.} it is {@code web}.
   *
   * @throws IllegalArgumentException if it is no host name of {@code zone}
   */
  public static String requireHost(String text, String zone) {
    String lower = text.toLowerCase(Locale.ROOT);
    String name = withoutFinalDot(lower);
    boolean inside = name.endsWith("." + zone);
    String host = inside ? name.substring(0, name.length() - zone.length() - 1) : name;
    boolean outside = lower.endsWith(".") && !inside;
    boolean fits = host.length() + zone.length() < MAX_NAME;
    if (outside || name.equals(zone) || !fits || !NAME.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "name '%s' is not a host name in the zone %s: labels of letters, digits or inner '-'"
              .formatted(text, zone));
    }
    return host;
  }

  private static String withoutFinalDot(String text) {
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
