package dev.zlayer.simulation;

/** A program ends here and now, whatever it was doing. */
final class Crash extends Error {
  private static final long serialVersionUID = 1L;

  Crash() {
    super("crashed on purpose", null, false, false);
  }
}
