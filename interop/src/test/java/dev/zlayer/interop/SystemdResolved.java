package dev.zlayer.interop;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import java.time.Duration;
import java.util.function.Function;

/**
 * systemd's own resolver, on a bus of its own, in a system of the test's that has the files of
 * Debian's package. It asks 192.0.2.5 about what nobody else is there for.
 */
final class SystemdResolved {
  /** What that package needs, too. */
  static final String[] PACKAGES = {"systemd-resolved", "libsystemd-shared"};

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String STUB_FILE = "/run/systemd/resolve/stub-resolv.conf";

  private final Function<String[], Command> system;
  private RunningCommand process;

  private SystemdResolved(Function<String[], Command> system) {
    this.system = system;
  }

  /** Starts the bus, and nothing else yet. */
  static SystemdResolved in(Function<String[], Command> system) {
    Tools.require("dbus-daemon", "dbus-daemon");
    SystemdResolved resolved = new SystemdResolved(system);
    resolved.shell(
        """
        for user in systemd-resolve messagebus; do
          getent passwd $user >/dev/null || useradd --system --user-group --no-create-home $user
        done
        mkdir -p /run/dbus
        printf '[Resolve]\\nDNS=192.0.2.5\\n' >/etc/systemd/resolved.conf
        ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
        """);
    resolved.start("dbus-daemon", "--system", "--nofork", "--nopidfile");
    resolved.awaitFile("/run/dbus/system_bus_socket");
    return resolved;
  }

  /** Starts polkit, which decides what others than root may tell it. */
  void startPolkit() {
    Tools.require("pkcheck", "polkitd");
    RunningCommand polkit = start("/usr/lib/polkit-1/polkitd");
    polkit.awaitText("Acquired the name", LIMIT);
  }

  /** Starts it with nothing of an earlier run's. */
  void start() {
    shell(
        """
        rm -rf /run/systemd/resolve
        mkdir -p /run/systemd/resolve
        chown systemd-resolve:systemd-resolve /run/systemd/resolve
        """);
    process = start("/usr/lib/systemd/systemd-resolved");
    awaitFile(STUB_FILE);
  }

  void kill() {
    process.kill();
  }

  private RunningCommand start(String... words) {
    return system.apply(words).start();
  }

  private void shell(String script) {
    system.apply(new String[] {"sh", "-euc", script}).output();
  }

  private void awaitFile(String path) {
    Eventually.within(
        LIMIT,
        () -> path,
        () -> system.apply(new String[] {"test", "-e", path}).run().exitCode() == 0);
  }
}
