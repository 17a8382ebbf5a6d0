package dev.zlayer.cli.bundle;

import dev.zlayer.memory.IpText;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces public keys, addresses and names of hosts by placeholders, the same ones everywhere: who
 * talks to whom still shows, but not who they are. Loopback and unspecified addresses stay, and so
 * do names of interfaces. Not thread safe.
 */
final class Anonymity {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{43}=");
  private static final Pattern LINK_ADDRESS =
      Pattern.compile("\\b[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}\\b");
  private static final Pattern IPV4 =
      Pattern.compile("(?<![\\w.])\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\w]|\\.\\d)");
  private static final Pattern IPV6 =
      Pattern.compile("(?<![\\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\\w:])");

  private final List<Pattern> names;
  private final Map<String, String> placeholders = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  /**
   * @param names of hosts, which can't be told from other words
   */
  Anonymity(Collection<String> names) {
    this.names =
        names.stream()
            .filter(name -> !name.isBlank())
            .map(name -> name.toLowerCase(Locale.ROOT))
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed().thenComparing(name -> name))
            .map(name ->
                Pattern.compile(
                    "(?<![\\w-])" + Pattern.quote(name) + "(?![\\w-])", Pattern.CASE_INSENSITIVE))
            .toList();
  }

  /** The text with placeholders. */
  String text(String text) {
    String rest = replace(text, KEY, "key");
    rest = replace(rest, LINK_ADDRESS, "link-address");
    rest = replaceAddresses(rest, IPV4);
    rest = replaceAddresses(rest, IPV6);
    for (Pattern name : names) {
      rest = replace(rest, name, "host");
    }
    return rest;
  }

  private String replace(String text, Pattern pattern, String kind) {
    return pattern
        .matcher(text)
        .replaceAll(found -> placeholder(kind, found.group().toLowerCase(Locale.ROOT)));
  }

  private String replaceAddresses(String text, Pattern pattern) {
    return pattern
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(placeholderOfAddress(found.group())));
  }

  private String placeholderOfAddress(String text) {
    InetAddress address;
    try {
      address = IpText.parse(text);
    } catch (IllegalArgumentException e) {
      return text;
    }
    return address.isAnyLocalAddress() || address.isLoopbackAddress()
        ? text
        : placeholder("address", IpText.format(address));
  }

  private String placeholder(String kind, String original) {
    return placeholders.computeIfAbsent(
        kind + " " + original, _ -> kind + "-" + counts.merge(kind, 1, Integer::sum));
  }
}
