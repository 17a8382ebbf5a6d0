package dev.zlayer.device;

/**
 * A request of the userspace interface that can't be carried out, with the error number that it is
 * answered with. The message names line, key and rule but never quotes the line: it may hold a
 * secret, if only by mistake.
 */
final class UapiRefusal extends Exception {
  /** Reading or writing failed in a way that has no number of its own. */
  static final int EIO = 5;

  /** A key or a value that isn't allowed there. */
  static final int EINVAL = 22;

  /** Not a line of the form KEY=VALUE. */
  static final int EPROTO = 71;

  /** A line or a request beyond its bound. */
  static final int EMSGSIZE = 90;

  static final int EADDRINUSE = 98;

  private static final long serialVersionUID = 1;

  private final int errno;

  UapiRefusal(int errno, String message) {
    super(message);
    this.errno = errno;
  }

  /** A key or a value that isn't allowed where it stands. */
  static UapiRefusal malformed(String rule) {
    return new UapiRefusal(EINVAL, rule);
  }

  /** This refusal, with the line that it is for. */
  UapiRefusal at(int line) {
    return new UapiRefusal(errno, "line " + line + ": " + getMessage());
  }

  /** The error number, positive. */
  int errno() {
    return errno;
  }
}
