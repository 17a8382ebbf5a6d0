package dev.zlayer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What one run of the command gave.
 *
 * @param words its arguments
 * @param out standard output
 * @param err standard error
 */
record Cli(List<String> words, int exitCode, String out, String err) {
  /** Runs the command in this process. */
  static Cli run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
    return new Cli(List.of(words), exitCode, out.toString(), err.toString());
  }

  /** Runs a command line as it was printed, with further words at its end. */
  static Cli runLine(String line, String... further) {
    List<String> words = words(line);
    assertEquals("zlayer-overlay", words.removeFirst(), line);
    words.addAll(List.of(further));
    return run(words.toArray(String[]::new));
  }

  /** This run, which has done what it was asked to and complained of nothing. */
  Cli done() {
    assertEquals(0, exitCode, this::toString);
    assertEquals("", err, this::toString);
    return this;
  }

  /** This run, which has refused with one line that has {@code parts} in it. */
  Cli refused(int expectedExitCode, String... parts) {
    assertEquals(expectedExitCode, exitCode, this::toString);
    assertEquals("", out, this::toString);
    assertEquals(1, err.lines().count(), this::toString);
    assertTrue(err.startsWith("zlayer-overlay"), this::toString);
    assertFalse(err.contains("Exception"), this::toString);
    for (String part : parts) {
      assertTrue(err.contains(part), () -> "no '" + part + "' in " + this);
    }
    return this;
  }

  /** The printed command that begins with {@code words}. */
  String printed(String words) {
    return out.lines()
        .map(String::strip)
        .filter(line -> line.startsWith("zlayer-overlay " + words))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no '" + words + "' in " + this));
  }

  /** Every file below {@code directory} with its mode and bytes, to be compared. */
  static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return contents;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        String bytes =
            Files.isRegularFile(file) ? HexFormat.of().formatHex(Files.readAllBytes(file)) : "";
        contents.put(file.toString(), Files.getPosixFilePermissions(file) + " " + bytes);
      }
    }
    return contents;
  }

  /** Splits as a shell does, with single quotes only. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\'') {
        quoted = !quoted;
      } else if (c == '\\' && !quoted) {
        word.append(line.charAt(++i));
      } else if (c == ' ' && !quoted) {
        words.add(word.toString());
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    words.add(word.toString());
    return words;
  }
}
