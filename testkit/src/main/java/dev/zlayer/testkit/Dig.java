package dev.zlayer.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code dig} of BIND, which asks a name server one question. */
public final class Dig {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int NO_REPLY = 9;
  private static final Pattern HEADER = Pattern.compile(", status: (\\w+), id: \\d+");
  private static final Pattern FLAGS = Pattern.compile(";; flags: ([a-z ]*);");
  private static final Pattern SECTION = Pattern.compile(";; (\\w+) (PSEUDO)?SECTION:");
  private static final Pattern TIME = Pattern.compile(";; Query time: (\\d+) msec");

  private Dig() {}

  /**
   * What came back.
   *
   * @param status such as {@code NOERROR}; empty when nothing came
   * @param flags of the header, such as {@code aa}
   * @param answer records as {@code NAME TTL CLASS TYPE DATA}, single blanks between
   * @param authority records alike
   * @param text all that dig printed
   */
  public record Reply(
      String status,
      Set<String> flags,
      List<String> answer,
      List<String> authority,
      Duration time,
      String text) {
    public boolean came() {
      return !status.isEmpty();
    }

    /** The data of the answers alone. */
    public List<String> data() {
      return answer.stream().map(record -> record.split(" ", 5)[4]).toList();
    }
  }

  /** Asks from {@code host}, once and for at most 3 s unless the words say otherwise. */
  public static Reply ask(Netns host, String server, int port, String... words) {
    Tools.require("dig", "dnsutils");
    List<String> line =
        new ArrayList<>(
            List.of("dig", "@" + server, "-p", "" + port, "+tries=1", "+retry=0", "+time=3"));
    line.addAll(List.of(words));
    return parse(Command.of(line.toArray(String[]::new)).in(host).within(LIMIT).run());
  }

  static Reply parse(Execution dig) {
    if (dig.exitCode() == NO_REPLY) {
      return new Reply("", Set.of(), List.of(), List.of(), Duration.ZERO, dig.toString());
    }
    String output = dig.requireSuccess().output();
    List<String> answer = new ArrayList<>();
    List<String> authority = new ArrayList<>();
    String section = "";
    for (String line : output.lines().toList()) {
      Matcher start = SECTION.matcher(line);
      if (start.matches()) {
        section = start.group(1);
      } else if (line.isBlank()) {
        section = "";
      } else if (!line.startsWith(";") && section.equals("ANSWER")) {
        answer.add(line.replaceAll("\\s+", " "));
      } else if (!line.startsWith(";") && section.equals("AUTHORITY")) {
        authority.add(line.replaceAll("\\s+", " "));
      }
    }
    return new Reply(
        find(HEADER, output, dig),
        Set.of(find(FLAGS, output, dig).split(" ", -1)),
        answer,
        authority,
        Duration.ofMillis(Long.parseLong(find(TIME, output, dig))),
        output);
  }

  private static String find(Pattern pattern, String output, Execution dig) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new AssertionError("not understood: " + dig);
    }
    return matcher.group(1);
  }
}
