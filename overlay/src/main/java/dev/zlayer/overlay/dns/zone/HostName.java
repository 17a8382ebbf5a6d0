package dev.zlayer.overlay.dns.zone;

import java.util.Locale;
import java.util.regex.Pattern;

/** What hosts and zones may be called (RFC 1123, 2.1). */
public final class HostName {
  /** With the longest host name of a peer before it, a name is just no longer than DNS takes. */
  private static final int MAX_ZONE = 50;

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

  /** Whether {@code text} is a host name in lower case, without a final dot. */
  static boolean isValid(String text) {
    return NAME.matcher(text).matches();
  }

  static String withoutFinalDot(String text) {
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
