package dev.zlayer.overlay.api;

/** An answer that isn't proven to be the leader's, or says that our request wasn't proven. */
public final class UnprovenAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnprovenAnswerException(int status) {
    super("the answer (status " + status + ") is not one of our leader to this node");
  }
}
