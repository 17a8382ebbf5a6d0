package dev.zlayer.linux;

import java.io.IOException;

/**
 * A system call that the kernel refused. The message names the call and what it was about, the
 * error and, where we know, what to do: {@code TUNSETIFF zl-overlay0: EPERM (Operation not
 * permitted): run as root or with CAP_NET_ADMIN}.
 */
public final class NativeException extends IOException {
  private static final long serialVersionUID = 1;

  private final String call;
  private final int errno;

  NativeException(String call, int errno) {
    this(call, errno, "");
  }

  /**
   * @param call the call and what it was about
   * @param advice what to do about it, or empty
   */
  NativeException(String call, int errno, String advice) {
    super(call + ": " + Errno.describe(errno) + (advice.isEmpty() ? "" : ": " + advice));
    this.call = call;
    this.errno = errno;
  }

  /** The call and what it was about: {@code TUNSETIFF zl-overlay0}. */
  public String call() {
    return call;
  }

  /** The kernel's error number. */
  public int errno() {
    return errno;
  }

  /** The error's name: {@code EADDRINUSE}. */
  public String errnoName() {
    return Errno.name(errno);
  }
}
