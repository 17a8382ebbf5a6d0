package dev.zlayer.overlay;

import java.util.Map;

/** Those of a program that hasn't said how its levels are changed. */
final class UnknownLogLevels implements LogLevels {
  @Override
  public Map<String, String> levels() {
    throw refusal();
  }

  @Override
  public void set(String logger, String level) {
    throw refusal();
  }

  private static OverlayException refusal() {
    return new OverlayException(
        "the program that runs this node has a log of its own: set levels as its backend asks");
  }
}
