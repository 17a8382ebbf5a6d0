package dev.zlayer.cli;

import dev.zlayer.cli.log.LevelSetting;
import dev.zlayer.cli.log.LineLoggers;
import dev.zlayer.cli.log.LineLogging;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What a node logs, and how. */
final class LogOptions {
  private static final String PLAIN = "plain";
  private static final String JSON = "json";

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      completionCandidates = Formats.class,
      description = "Log as 'plain' lines or as 'json', an object a line (default: plain).")
  Optional<String> format;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description =
          "Log from this level on: trace, debug, info, warn, error or off (default: info)."
              + " LOGGER=LEVEL is for one logger and those below it, such as"
              + " dev.zlayer.overlay=debug; repeatable. 'log level' changes it while the node"
              + " runs.")
  List<String> levels = List.of();

  /**
   * Takes effect on what is logged from now on.
   *
   * @throws IllegalArgumentException naming an option and its rule
   */
  void apply() {
    format
        .filter(word -> !word.equals(PLAIN) && !word.equals(JSON))
        .ifPresent(word -> {
          throw new IllegalArgumentException(
              "--log-format: '%s' is neither %s nor %s".formatted(word, PLAIN, JSON));
        });
    if (format.isEmpty() && levels.isEmpty()) {
      return;
    }
    List<LevelSetting> settings = levels.stream().map(LevelSetting::parse).toList();
    LineLoggers loggers = LineLogging.loggers();
    settings.forEach(loggers::set);
    if (isJson()) {
      loggers.useJson();
    }
  }

  /**
   * Has what {@code command} says of itself be a part of the log, where that is read by programs.
   */
  void applyTo(CommandLine command) {
    if (isJson()) {
      Class<?> logger = command.getCommand().getClass();
      command.setOut(LineLogging.loggers().lines(logger, Level.INFO));
      command.setErr(LineLogging.loggers().lines(logger, Level.ERROR));
    }
  }

  private boolean isJson() {
    return format.filter(JSON::equals).isPresent();
  }

  /** The same options for another process. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    format.ifPresent(word -> arguments.add("--log-format=" + word));
    levels.forEach(setting -> arguments.add("--log-level=" + setting));
    return arguments;
  }

  /** What a shell may complete the format to. */
  static final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of(PLAIN, JSON).iterator();
    }
  }
}
