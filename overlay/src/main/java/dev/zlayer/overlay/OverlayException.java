package dev.zlayer.overlay;

/**
 * What was asked for can't be done, and not because of a bug: the message is one line for whoever
 * asked, names the value and the rule or the remedy, and holds no secret.
 */
public class OverlayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OverlayException(String message) {
    super(message);
  }

  public OverlayException(String message, Throwable cause) {
    super(message, cause);
  }
}
