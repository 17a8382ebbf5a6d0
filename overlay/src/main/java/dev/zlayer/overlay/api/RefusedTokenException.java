package dev.zlayer.overlay.api;

import dev.zlayer.overlay.OverlayException;

/** The leader's own word that a token makes nobody a member: the same key need not come again. */
public final class RefusedTokenException extends OverlayException {
  private static final long serialVersionUID = 1L;

  RefusedTokenException(String reason) {
    super("the leader refuses this token: " + reason);
  }
}
