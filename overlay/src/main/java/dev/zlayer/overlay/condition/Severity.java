package dev.zlayer.overlay.condition;

import java.util.Locale;

/** How much a condition matters. */
public enum Severity {
  /** The node does its work; something about it should be mended. */
  WARNING,
  /** The node doesn't do a part of its work. */
  ERROR;

  /** {@code warning} or {@code error}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
