package dev.zlayer.cli.doctor;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the kernel is one that we know, and which offloads it has. */
final class KernelCheck {
  private static final String NAME = "kernel";
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

  private KernelCheck() {}

  static List<Finding> findings(Patient patient) {
    return List.of(judge(System.getProperty("os.version")));
  }

  /** The offloads came with Linux 5.0 (UDP GRO) and 6.2 (UDP segments through TUN). */
  static Finding judge(String release) {
    Matcher version = VERSION.matcher(release);
    if (!version.matches()) {
      return Finding.skipped(NAME, "Linux " + release + " has no version that can be read");
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    if (major < 5) {
      return Finding.warning(
          NAME,
          "Linux " + release + " has no UDP GRO, and a tunnel carries less",
          "run Linux 5.0 or newer, best 6.2 or newer");
    }
    boolean hasUso = major > 6 || (major == 6 && minor >= 2);
    return Finding.ok(
        NAME,
        "Linux " + release + (hasUso ? ", all offloads" : ", all offloads but that of UDP in TUN"));
  }
}
