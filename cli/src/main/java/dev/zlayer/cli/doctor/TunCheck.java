package dev.zlayer.cli.doctor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Whether there is a TUN device to make interfaces with. */
final class TunCheck {
  private static final String NAME = "tun";
  private static final Path DEVICE = Path.of("/dev/net/tun");

  /** Character device 10:200. */
  private static final long NUMBER = 10 << 8 | 200;

  private static final String REMEDY =
      "modprobe tun; in a container give it the device (docker run --device /dev/net/tun)";

  private TunCheck() {}

  static List<Finding> findings(Patient patient) {
    if (!Files.exists(DEVICE)) {
      return List.of(Finding.problem(NAME, DEVICE + " is missing", REMEDY));
    }
    try {
      if (((Number) Files.getAttribute(DEVICE, "unix:rdev")).longValue() != NUMBER) {
        return List.of(Finding.problem(NAME, DEVICE + " is not the TUN device", REMEDY));
      }
      FileChannel.open(DEVICE, StandardOpenOption.READ, StandardOpenOption.WRITE).close();
      return List.of(Finding.ok(NAME, DEVICE + " can be opened"));
    } catch (IOException e) {
      return List.of(Finding.problem(NAME, DEVICE + " can't be opened: " + e.getMessage(), REMEDY));
    }
  }
}
