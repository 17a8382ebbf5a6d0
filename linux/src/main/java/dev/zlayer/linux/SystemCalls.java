package dev.zlayer.linux;

/** The system calls that this package makes. Thread safe. */
public final class SystemCalls {
  private SystemCalls() {}

  /** Links them ahead of the first, which takes a good tenth of a second; once for a process. */
  public static void link() {
    LibC.link();
  }
}
