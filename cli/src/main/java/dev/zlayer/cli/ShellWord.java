package dev.zlayer.cli;

import java.util.regex.Pattern;

/** Values as words of a command line that is to be pasted into a shell. */
final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

  private ShellWord() {}

  /** The value, in quotes if a shell would take it for something else. */
  static String of(Object value) {
    String text = value.toString();
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
