package dev.zlayer.device;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A Unix socket as those see it who would connect to it. */
public final class LocalSocket {
  private LocalSocket() {}

  /** Whether somebody answers at {@code path}. */
  public static boolean isServed(Path path) {
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return probe.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
