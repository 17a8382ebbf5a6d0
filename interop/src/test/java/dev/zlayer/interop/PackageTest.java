package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.Topology;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What {@code ./package} makes, on two Debian systems without Java:
 *
 * <pre>
 *   leader               worker
 *   192.0.2.1 ---------- 192.0.2.2        underlay
 *   10.200.0.1           10.200.0.2       overlay
 * </pre>
 */
@Tag("root")
@Isolated("measures time")
class PackageTest {
  private static final Duration PACKAGING_LIMIT = Duration.ofMinutes(10);
  private static final Duration OUTAGE_LIMIT = Duration.ofSeconds(3);
  private static final Duration PING_INTERVAL = Duration.ofMillis(20);
  private static final String LEADER_IP = "10.200.0.1";
  private static final String WORKER_IP = "10.200.0.2";

  /** CAP_NET_BIND_SERVICE, CAP_NET_ADMIN and CAP_NET_RAW: bits 10, 12 and 13. */
  private static final String CAPABILITIES = "CapEff:\t0000000000003400";

  @TempDir private Path folder;

  @BeforeAll
  static void makePackages() {
    Tools.require("dpkg-deb", "dpkg");
    Command.of(Readme.ROOT.resolve("package").toString(), "--quick")
        .within(PACKAGING_LIMIT)
        .run()
        .requireSuccess();
  }

  @Test
  void theServiceIsInstalledRunsIsUpgradedAndPurged() throws Exception {
    Path deb = made("*.deb");
    try (Topology network = new Topology()) {
      Netns left = network.namespace();
      Netns right = network.namespace();
      network.connect(left.nic("192.0.2.1/24"), right.nic("192.0.2.2/24"));
      DebianHost leader = install(left, deb);
      DebianHost worker = install(right, deb);

      leader.output("zlayer-overlay", "init", "--endpoint", "192.0.2.1:51820");
      InstalledService leading = new InstalledService(leader);
      RunningCommand leaderProcess = leading.start();
      assertRunsConfined(leader, leaderProcess);

      String token =
          leader.output("zlayer-overlay", "invite", "--raw", "--name", "web", "--ip", WORKER_IP);
      worker.command("zlayer-overlay", "join", "-").input(token).run().requireSuccess();
      InstalledService working = new InstalledService(worker);
      RunningCommand workerProcess = working.start();
      assertReaches(left, WORKER_IP);
      assertReaches(right, LEADER_IP);
      leading.awaitWord("WATCHDOG=1");
      leading.awaitWord("STATUS=zl-overlay0: 10.200.0.1/16, UDP port 51820, peers: 1");

      upgrade(left, worker, working, workerProcess, newer(deb));
      assertCrashLeavesNothing(leader, leading, leaderProcess);
      purge(worker);
      purge(leader);
    }
  }

  @Test
  void theTarballRunsWhereverItIsUnpacked() throws IOException {
    Command.of("tar", "-C", folder.toString(), "-xzf", made("*.tar.gz").toString()).output();
    Path unpacked = only(folder, "zlayer-overlay-*");
    Path moved = Files.move(unpacked, folder.resolve("moved"));
    for (String subcommand : List.of("up", "status")) {
      // With this mode a cache that can't be used is an error.
      Command help =
          Command.of(moved.resolve("zlayer-overlay").toString(), subcommand, "--help")
              .with("ZLAYER_JAVA_OPTS", "-XX:AOTMode=on");
      assertTrue(help.output().startsWith("Usage: zlayer-overlay " + subcommand));
    }
    assertTrue(Files.exists(moved.resolve("systemd/zlayer-overlay.service")));
    assertTrue(Files.exists(moved.resolve("share/man/man1/zlayer-overlay.1.gz")));
  }

  private DebianHost install(Netns network, Path deb) throws IOException {
    DebianHost host =
        DebianHost.start(network, Files.createDirectory(folder.resolve(network.name())));
    assertNotEquals(0, host.command("java", "-version").run().exitCode());
    Files.copy(deb, host.file("/tmp/zlayer-overlay.deb"));
    host.output("dpkg", "--install", "/tmp/zlayer-overlay.deb");
    Execution verdict =
        host.command("systemd-analyze", "verify", "--man=no", InstalledService.UNIT).run();
    assertEquals("", verdict.requireSuccess().errors());
    String help =
        host.output("env", "ZLAYER_JAVA_OPTS=-XX:AOTMode=on", "zlayer-overlay", "status", "--help");
    assertTrue(help.startsWith("Usage: zlayer-overlay status"), help);
    return host;
  }

  private static void assertRunsConfined(DebianHost host, RunningCommand process)
      throws IOException {
    String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
    assertTrue(status.contains(CAPABILITIES), status);
    assertTrue(status.contains("NoNewPrivs:\t1"), status);
    assertFalse(status.contains("Uid:\t0\t"), status);
    // Root's `init` has left nothing that is root's.
    assertEquals("", host.output("find", "/var/lib/zlayer", "!", "-user", "zlayer"));
    assertEquals("", host.output("find", "/var/lib/zlayer", "-perm", "/077"));
    assertTrue(Files.exists(host.file("/run/wireguard/zl-overlay0.sock")));
  }

  /** It runs on while dpkg works; then it is restarted, as postinst has systemd do. */
  private static void upgrade(
      Netns from, DebianHost host, InstalledService service, RunningCommand running, Path newer)
      throws Exception {
    Files.copy(newer, host.file("/tmp/newer.deb"));
    Ping meanwhile = Ping.start(from, WORKER_IP, PING_INTERVAL);
    host.output("dpkg", "--install", "/tmp/newer.deb");
    Ping.Statistics echoes = meanwhile.finish();
    assertTrue(echoes.lost() <= echoes.transmitted() / 50, echoes::toString);

    RunningCommand process = running;
    Duration outage = OUTAGE_LIMIT;
    // A busy machine may be slow once; one that is slow each time is too slow.
    for (int attempt = 0; attempt < 3 && outage.compareTo(OUTAGE_LIMIT) >= 0; attempt++) {
      Ping during = Ping.start(from, WORKER_IP, PING_INTERVAL);
      process.stop().requireSuccess();
      process = service.start();
      assertReaches(from, WORKER_IP);
      outage = PING_INTERVAL.multipliedBy(during.finish().lost());
    }
    assertTrue(outage.compareTo(OUTAGE_LIMIT) < 0, "no traffic for " + outage);
  }

  private static void assertCrashLeavesNothing(
      DebianHost host, InstalledService service, RunningCommand process) throws IOException {
    process.kill();
    Path control = host.file("/var/lib/zlayer/overlay.sock");
    Path uapi = host.file("/run/wireguard/zl-overlay0.sock");
    assertTrue(Files.exists(control) && Files.exists(uapi));
    assertEquals("", service.afterwards("success"));
    assertTrue(Files.exists(control) && Files.exists(uapi));
    service.afterwards("signal");
    assertFalse(Files.exists(control) || Files.exists(uapi));
  }

  private static void purge(DebianHost host) {
    host.output("dpkg", "--purge", "zlayer-overlay");
    assertNotEquals(0, host.command("getent", "passwd", "zlayer").run().exitCode());
    assertFalse(Files.exists(host.file("/run/wireguard")));
    // What dpkg and adduser keep for themselves.
    String bookkeeping =
        "/var/(lib/dpkg|log|cache|backups)/.*|/etc/(passwd|group|g?shadow|sub[ug]id)-?|/etc/[.]pwd[.]lock";
    assertEquals(
        List.of(),
        host.changedFiles().stream().filter(file -> !file.matches(bookkeeping)).toList());
    assertFalse(host.network().exec("ip", "link").contains("zl-overlay0"));
  }

  private static void assertReaches(Netns from, String target) {
    Ping.Statistics echoes = Ping.run(from, target, 3, Duration.ofMillis(100));
    assertTrue(echoes.received() > 0, echoes::toString);
  }

  /** The same under a later version. */
  private Path newer(Path deb) throws IOException {
    Path tree = folder.resolve("newer");
    Command.of("dpkg-deb", "--raw-extract", deb.toString(), tree.toString()).output();
    Path control = tree.resolve("DEBIAN/control");
    Files.writeString(
        control, Files.readString(control).replaceFirst("(?m)^Version: .*$", "Version: 99"));
    Path newer = folder.resolve("newer.deb");
    Command.of("dpkg-deb", "-Znone", "--root-owner-group", "--build", tree.toString(), "" + newer)
        .within(PACKAGING_LIMIT)
        .output();
    return newer;
  }

  private static Path made(String pattern) throws IOException {
    return only(Readme.ROOT.resolve("target/dist"), pattern);
  }

  private static Path only(Path folder, String pattern) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
      return files.iterator().next();
    }
  }
}
