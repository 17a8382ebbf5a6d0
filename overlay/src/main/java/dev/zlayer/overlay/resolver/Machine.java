package dev.zlayer.overlay.resolver;

import dev.zlayer.overlay.resolver.plan.ResolvConfText;
import dev.zlayer.overlay.resolver.plan.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** This machine, as far as it finds names for programs. */
final class Machine {
  private static final Path HOSTS = Path.of("/etc/hosts");

  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final Path NSSWITCH = Path.of("/etc/nsswitch.conf");
  private static final Path UDP_SOCKETS = Path.of("/proc/net/udp");
  private static final List<String> COMMAND_FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private static final Path RESOLVCONF_FOLDER = Path.of("/run/resolvconf");

  /** Of resolvconf, and of openresolv. */
  private static final List<Path> RECORD_FOLDERS =
      List.of(RESOLVCONF_FOLDER.resolve("interface"), RESOLVCONF_FOLDER.resolve("interfaces"));

  /** systemd has a command of this name too, for its own resolver. */
  private static final Path RESOLVECTL = Path.of("resolvectl");

  private Machine() {}

  /** What there is now; what can't be read counts as missing. */
  static Surroundings look() {
    Optional<Path> resolvConf = real(RESOLV_CONF);
    Optional<Path> resolvconf = command("resolvconf").filter(file -> !file.endsWith(RESOLVECTL));
    Optional<Path> hosts = real(HOSTS);
    return new Surroundings(
        resolvConf,
        new ResolvConfText(text(RESOLV_CONF)),
        text(NSSWITCH),
        text(UDP_SOCKETS),
        command(RESOLVECTL.toString()),
        resolvconf,
        RECORD_FOLDERS.stream().flatMap(folder -> names(folder).stream()).toList(),
        hosts,
        permitted(resolvConf, hosts, resolvconf),
        isOwnNetwork());
  }

  /** The text of a file; empty where it can't be read. */
  static String text(Path path) {
    try {
      return SharedFile.read(path);
    } catch (IOException e) {
      return "";
    }
  }

  private static Set<Path> permitted(
      Optional<Path> resolvConf, Optional<Path> hosts, Optional<Path> resolvconf) {
    return Stream.of(
            resolvConf.filter(Files::isWritable),
            hosts.filter(Files::isWritable),
            resolvconf.filter(_ -> Files.isWritable(RESOLVCONF_FOLDER)))
        .flatMap(Optional::stream)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<Path> real(Path path) {
    try {
      return Optional.of(path.toRealPath());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Path> command(String name) {
    return COMMAND_FOLDERS.stream()
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .flatMap(Machine::real);
  }

  /**
   * Whether we are in the network namespace of the first process; so it is where nobody tells. Each
   * namespace has a file of its own under this name, which everybody may look at, unlike {@code
   * ns/net}.
   */
  private static boolean isOwnNetwork() {
    try {
      return Files.isSameFile(Path.of("/proc/1/net/dev"), Path.of("/proc/self/net/dev"));
    } catch (IOException e) {
      return true;
    }
  }
}
