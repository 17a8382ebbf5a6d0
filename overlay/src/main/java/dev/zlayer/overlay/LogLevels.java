package dev.zlayer.overlay;

import java.util.Map;

/**
 * What the loggers of a program write, for who administers its node to see and change. The overlay
 * logs by SLF4J, which leaves levels to the program's own backend: it offers them through this.
 * Implementations are thread safe.
 */
public interface LogLevels {
  /** The levels by the names of loggers; first {@code ROOT}, which holds for all others. */
  Map<String, String> levels();

  /**
   * Sets what a logger writes, and those below it, from now on until the program ends.
   *
   * @param logger a class or package, or {@code ROOT}
   * @param level in the backend's words
   * @throws IllegalArgumentException for what is no logger or level, naming the rule
   */
  void set(String logger, String level);
}
