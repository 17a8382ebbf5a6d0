package dev.zlayer.device;

import java.io.IOException;
import java.nio.file.Path;

/** A live process serves the Unix socket that was to be opened. */
public final class SocketInUseException extends IOException {
  private static final long serialVersionUID = 1;

  SocketInUseException(Path path) {
    super(path + " is served by another live process");
  }
}
