package dev.zlayer.overlay.resolver.plan;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The lines of one node in a file that others write too. They stand at its beginning, between two
 * comments; all else of the file is left as it is, to the byte, whoever changes it meanwhile.
 *
 * @param tag tells the node from others on the machine: its interface's name
 */
public record MarkedBlock(String tag) {
  private static final String BEGIN = "# BEGIN zlayer-overlay ";
  private static final String END = "# END zlayer-overlay ";
  private static final char NEWLINE = '\n';

  /** {@code text} with this block made of {@code lines}, and without the one that was there. */
  public String put(String text, List<String> lines) {
    return Stream.of(List.of(BEGIN + tag), lines, List.of(END + tag))
            .flatMap(List::stream)
            .map(line -> line + NEWLINE)
            .collect(Collectors.joining())
        + remove(text);
  }

  /** {@code text} without this block; one whose end is missing isn't ours any more, and stays. */
  public String remove(String text) {
    String rest = text;
    for (Optional<int[]> span = span(rest); span.isPresent(); span = span(rest)) {
      rest = rest.substring(0, span.get()[0]) + rest.substring(span.get()[1]);
    }
    return rest;
  }

  public boolean isIn(String text) {
    return span(text).isPresent();
  }

  /** The tag of some other node's block in {@code text}. */
  public Optional<String> other(String text) {
    return text.lines()
        .filter(line -> line.startsWith(BEGIN))
        .map(line -> line.substring(BEGIN.length()))
        .filter(found -> !found.equals(tag))
        .findFirst();
  }

  /** Where the block begins, and where what follows it does. */
  private Optional<int[]> span(String text) {
    int begin = line(text, BEGIN + tag, 0);
    int end = begin < 0 ? -1 : line(text, END + tag, begin);
    return end < 0
        ? Optional.empty()
        : Optional.of(new int[] {begin, Math.min(text.length(), end + (END + tag).length() + 1)});
  }

  /** Where a line that is just {@code wanted} begins, at {@code from} or later; -1 for nowhere. */
  private static int line(String text, String wanted, int from) {
    int at = text.indexOf(wanted, from);
    while (at >= 0) {
      int after = at + wanted.length();
      boolean begins = at == 0 || text.charAt(at - 1) == NEWLINE;
      if (begins && (after == text.length() || text.charAt(after) == NEWLINE)) {
        return at;
      }
      at = text.indexOf(wanted, after);
    }
    return -1;
  }
}
