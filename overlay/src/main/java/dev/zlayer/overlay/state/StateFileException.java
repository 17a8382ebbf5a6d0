package dev.zlayer.overlay.state;

import dev.zlayer.overlay.OverlayException;
import java.nio.file.Path;

/**
 * A state file that can't be used or written. The message names the file, what is wrong and what to
 * do; neither it nor a cause ever quotes the file, which holds keys.
 */
public final class StateFileException extends OverlayException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final String remedy;

  public StateFileException(Path file, String problem, String remedy) {
    super("state file '" + file + "' " + problem + ": " + remedy);
    this.problem = problem;
    this.remedy = remedy;
  }

  /** What is wrong with the file: {@code is empty}. */
  public String problem() {
    return problem;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }
}
