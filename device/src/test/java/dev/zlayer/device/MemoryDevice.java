package dev.zlayer.device;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** A device on ports in memory. */
final class MemoryDevice {
  private MemoryDevice() {}

  static Device start(MemoryTun tun, MemoryNetwork.Port port, Optional<PrivateKey> privateKey) {
    try {
      return Device.start(tun, port, Crypto.system(), privateKey, 1420);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
