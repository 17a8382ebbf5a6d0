package dev.zlayer.interop;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The service of a host, run as its unit says where systemd doesn't: the unit's user, capabilities
 * and command lines, and a socket that hears what systemd would.
 */
final class InstalledService {
  static final String UNIT = "/usr/lib/systemd/system/zlayer-overlay.service";

  /** What goes with it as root. */
  static final String RESOLVER_UNIT = "/usr/lib/systemd/system/zlayer-overlay-resolver.service";

  private static final String NOTIFY_SOCKET = "/run/notify";
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final DebianHost host;
  private final RunningCommand manager;
  private RunningCommand process;

  /** Listens, and starts nothing yet. */
  InstalledService(DebianHost host) {
    Tools.require("socat", "socat");
    Tools.require("setpriv", "util-linux");
    this.host = host;
    this.manager =
        host.command("socat", "-u", "UNIX-RECV:" + NOTIFY_SOCKET + ",mode=0666", "STDOUT").start();
    Eventually.within(LIMIT, "the manager's socket", () -> Files.exists(host.file(NOTIFY_SOCKET)));
  }

  /** Returns once it has said that it is ready. */
  RunningCommand start() throws IOException {
    int before = heard("READY=1");
    process =
        asUser(
                List.of("NOTIFY_SOCKET=" + NOTIFY_SOCKET, "WATCHDOG_USEC=1000000"),
                List.of("sh", "-c", ". /etc/default/zlayer-overlay; exec " + setting("ExecStart")))
            .start();
    Eventually.within(
        LIMIT,
        () -> "READY=1; " + process.output() + process.errors(),
        () -> heard("READY=1") > before);
    return process;
  }

  /** What root does once it is ready. */
  void applyResolver() throws IOException {
    host.output(setting(RESOLVER_UNIT, "ExecStart").split(" ", -1));
  }

  /** What root does before it is stopped, or after it has failed. */
  void undoResolver() throws IOException {
    host.output(setting(RESOLVER_UNIT, "ExecStop").split(" ", -1));
  }

  /** As systemd does it, in its order; returns once it has said that it is ready. */
  RunningCommand restart() throws IOException {
    undoResolver();
    process.stop().requireSuccess();
    return start();
  }

  /** What the unit does after the process has ended with that result, in systemd's words. */
  String afterwards(String result) throws IOException {
    String script = setting("ExecStopPost").replaceFirst("^-/bin/sh -c '(.*)'$", "$1");
    return asUser(List.of("SERVICE_RESULT=" + result), List.of("/bin/sh", "-c", script)).output();
  }

  /** Waits until the manager has heard a line that begins so once more. */
  void awaitWord(String beginning) {
    int before = heard(beginning);
    Eventually.within(LIMIT, beginning, () -> heard(beginning) > before);
  }

  /** How often the manager has heard a line that begins so. */
  int heard(String beginning) {
    return (int) manager.output().lines().filter(line -> line.startsWith(beginning)).count();
  }

  private Command asUser(List<String> environment, List<String> words) throws IOException {
    String capabilities = "-all";
    for (String capability : setting("AmbientCapabilities").split(" ", -1)) {
      capabilities += "," + capability.replace("CAP_", "+").toLowerCase(Locale.ROOT);
    }
    List<String> line = new ArrayList<>(List.of("setpriv", "--no-new-privs", "--init-groups"));
    line.add("--reuid=" + setting("User"));
    line.add("--regid=" + setting("Group"));
    for (String set : List.of("bounding-set", "inh-caps", "ambient-caps")) {
      line.add("--" + set + "=" + capabilities);
    }
    line.add("env");
    line.addAll(environment);
    line.addAll(words);
    return host.command(line.toArray(String[]::new));
  }

  private String setting(String name) throws IOException {
    return setting(UNIT, name);
  }

  private String setting(String unit, String name) throws IOException {
    return Arrays.stream(Files.readString(host.file(unit)).split("\n", -1))
        .filter(line -> line.startsWith(name + "="))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElseThrow();
  }
}
