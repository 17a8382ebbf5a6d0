package dev.zlayer.device;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.linux.SystemCalls;

/**
 * Links the native functions that a device calls, ahead of the first call.
 *
 * <p>The JVM makes code for each of their signatures, which takes more than a third of the time in
 * which a device starts, and hardly any of it in a second thread on another core.
 */
public final class NativeLinkage {
  private NativeLinkage() {}

  /** Begins, and returns at once. What can't be linked fails where it is called first. */
  public static void begin() {
    inBackground("link system calls", SystemCalls::link);
    inBackground("link crypto", Crypto::system);
  }

  private static void inBackground(String name, Runnable linkage) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .uncaughtExceptionHandler((thread, failure) -> {})
        .start(linkage);
  }
}
