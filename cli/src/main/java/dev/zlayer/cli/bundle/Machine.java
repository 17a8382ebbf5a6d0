package dev.zlayer.cli.bundle;

import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.IoReason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The machine that a node is on, in words. */
final class Machine {
  private static final int MAX_LOG_BYTES = 256 << 10;
  private static final int MAX_JOURNAL_BYTES = 1 << 20;
  private static final String RESOLV_CONF = "/etc/resolv.conf";
  private static final String HOSTNAME = "/proc/sys/kernel/hostname";

  private static final List<String> NETWORK =
      List.of(
          "ip -s -d link",
          "ip address",
          "ip rule",
          "ip route show table all",
          "ip -6 rule",
          "ip -6 route show table all");

  private static final List<String> JOURNAL =
      List.of(
          "journalctl",
          "--quiet",
          "--no-pager",
          "--no-hostname",
          "--output=short-iso-precise",
          "--lines=1000",
          "--unit=zlayer-overlay*");

  private Machine() {}

  /** Program, JVM and kernel. */
  static String describe() {
    List<String> lines = new ArrayList<>();
    lines.add("time " + Instant.now());
    lines.add("version " + Machine.class.getModule().getDescriptor().rawVersion().orElse("?"));
    for (String property :
        List.of(
            "java.vm.name", "java.vm.version", "java.vendor", "os.name", "os.version", "os.arch")) {
      lines.add(property + " " + System.getProperty(property));
    }
    lines.add("processors " + Runtime.getRuntime().availableProcessors());
    for (String file :
        List.of("/etc/os-release", "/proc/loadavg", "/proc/meminfo", "/proc/net/snmp")) {
      lines.add("");
      lines.add(file);
      lines.add(file(file));
    }
    return String.join("\n", lines);
  }

  /** Links, addresses and routes, as far as {@code ip} is there to tell of them. */
  static String network() {
    StringBuilder text = new StringBuilder();
    for (String command : NETWORK) {
      text.append("$ ").append(command).append('\n').append(output(command)).append('\n');
    }
    return text.toString();
  }

  /** How names are resolved. */
  static String resolver() {
    String target;
    try {
      target = " -> " + Files.readSymbolicLink(Path.of(RESOLV_CONF));
    } catch (IOException | UnsupportedOperationException e) {
      target = "";
    }
    return RESOLV_CONF
        + target
        + "\n"
        + file(RESOLV_CONF)
        + "\n/etc/nsswitch.conf\n"
        + file("/etc/nsswitch.conf");
  }

  /** The end of what a detached node has logged; empty where there is no log. */
  static Optional<String> log(DataDirectory directory) {
    Path log = directory.path().resolve("overlay.log");
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(0, file.length() - MAX_LOG_BYTES);
      byte[] end = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(end);
      return Optional.of(new String(end, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What the journal has of the service at the end; empty where it has nothing for us. */
  static Optional<String> journal() {
    try {
      Process process =
          new ProcessBuilder(JOURNAL).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        process.getOutputStream().close();
        byte[] lines = process.getInputStream().readNBytes(MAX_JOURNAL_BYTES);
        return Optional.of(new String(lines, StandardCharsets.UTF_8))
            .filter(text -> !text.isBlank());
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The names that it has and looks for others with. */
  static List<String> names() {
    List<String> names = new ArrayList<>(List.of(file(HOSTNAME).strip()));
    file(RESOLV_CONF)
        .lines()
        .map(line -> line.strip().split("\\s+", -1))
        .filter(words -> words[0].equals("search") || words[0].equals("domain"))
        .flatMap(words -> Arrays.stream(words).skip(1))
        .filter(name -> name.matches(".*\\w.*"))
        .forEach(names::add);
    return names;
  }

  private static String file(String path) {
    try {
      return Files.readString(Path.of(path));
    } catch (IOException e) {
      return "can't be read: " + IoReason.of(e);
    }
  }

  private static String output(String command) {
    try {
      Process process =
          new ProcessBuilder(command.split(" ", -1)).redirectErrorStream(true).start();
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "can't be had: " + e.getMessage();
    }
  }
}
