package dev.zlayer.testkit;

import java.util.List;

/**
 * What came of a command that has ended.
 *
 * @param command its words
 * @param exitCode as the shell counts: 128 + n after signal n
 * @param output its standard output
 * @param errors its standard error
 */
public record Execution(List<String> command, int exitCode, String output, String errors) {

  /**
   * This execution, if it succeeded.
   *
   * @throws AssertionError with the command and all it printed, otherwise
   */
  public Execution requireSuccess() {
    if (exitCode != 0) {
      throw new AssertionError("failed: " + this);
    }
    return this;
  }

  @Override
  public String toString() {
    return String.join(" ", command) + "\nexit code " + exitCode + "\n" + output + errors;
  }
}
