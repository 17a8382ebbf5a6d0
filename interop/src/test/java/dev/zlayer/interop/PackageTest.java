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
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
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
 *   systemd-resolved     /etc/resolv.conf
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
  private static final String RESOLV_CONF = "/etc/resolv.conf";

  /** What a plain Debian has, as somebody has written it. */
  private static final String FOREIGN = "# by hand\nnameserver 192.0.2.5\noptions timeout:1\n";

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
      DebianHost leader = host(left);
      SystemdResolved resolved = withResolved(leader);
      List<String> leadersFiles = install(leader, deb);
      DebianHost worker = host(right);
      write(worker, RESOLV_CONF, FOREIGN);
      List<String> workersFiles = install(worker, deb);

      assertTrue(init(leader).contains("\n  systemctl start zlayer-overlay\n"));
      upOptions(leader, "--metrics=loopback --dashboard=loopback");
      InstalledService leading = new InstalledService(leader);
      RunningCommand leaderProcess = leading.start();
      leading.applyResolver();
      assertRunsConfined(leader, leaderProcess);

      String token =
          leader.output("zlayer-overlay", "invite", "--raw", "--name", "web", "--ip", WORKER_IP);
      worker.command("zlayer-overlay", "join", "-").input(token).run().requireSuccess();
      upOptions(worker, "--resolver=resolv.conf");
      InstalledService working = new InstalledService(worker);
      working.start();
      assertReaches(left, WORKER_IP);
      assertReaches(right, LEADER_IP);
      assertFalse(statusOf(worker).contains("names       resolved through"));
      working.applyResolver();
      assertFindsNames(leader, "systemd-resolved (link zl-overlay0, ");
      assertFindsNames(worker, "/etc/resolv.conf (first name server)");
      assertOnlyTheNodeTellsResolved(leader);
      assertPages(leader);
      assertBundleHasJournal(leader);
      leading.awaitWord("WATCHDOG=1");
      leading.awaitWord("STATUS=zl-overlay0: 10.200.0.1/16, UDP port 51820, peers: 1");

      RunningCommand upgraded = upgrade(left, worker, working, newer(deb));
      assertFindsNames(worker, "/etc/resolv.conf (first name server)");
      assertCrashLeavesNothing(worker, working, upgraded);
      leaderProcess.stop().requireSuccess();
      resolved.kill();
      purge(worker, workersFiles);
      purge(leader, leadersFiles);
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

  private DebianHost host(Netns network) throws IOException {
    DebianHost host =
        DebianHost.start(network, Files.createDirectory(folder.resolve(network.name())));
    assertNotEquals(0, host.command("java", "-version").run().exitCode());
    return host;
  }

  /** With polkit, since the node isn't root. */
  private static SystemdResolved withResolved(DebianHost host) throws IOException {
    host.unpack(SystemdResolved.PACKAGES);
    SystemdResolved resolved = SystemdResolved.in(host::command);
    resolved.startPolkit();
    resolved.start();
    return resolved;
  }

  /** Returns which of the system's files weren't as at its start before. */
  private static List<String> install(DebianHost host, Path deb) throws IOException {
    List<String> before = host.changedFiles();
    Files.copy(deb, host.file("/tmp/zlayer-overlay.deb"));
    host.output("dpkg", "--install", "/tmp/zlayer-overlay.deb");
    Execution verdict =
        host.command(
                "systemd-analyze",
                "verify",
                "--man=no",
                InstalledService.UNIT,
                InstalledService.RESOLVER_UNIT)
            .run();
    assertEquals("", verdict.requireSuccess().errors());
    String help =
        host.output("env", "ZLAYER_JAVA_OPTS=-XX:AOTMode=on", "zlayer-overlay", "status", "--help");
    assertTrue(help.startsWith("Usage: zlayer-overlay status"), help);
    return before;
  }

  /** As where systemd runs, as far as {@code init} looks. */
  private static String init(DebianHost host) {
    host.output("mkdir", "-p", "/run/systemd/system");
    String output = host.output("zlayer-overlay", "init", "--endpoint", "192.0.2.1:51820");
    host.output("rmdir", "/run/systemd/system");
    return output;
  }

  private static void upOptions(DebianHost host, String options) throws IOException {
    write(host, "/etc/default/zlayer-overlay", "ZLAYER_UP_OPTIONS=\"" + options + "\"\n");
  }

  private static void write(DebianHost host, String file, String text) throws IOException {
    host.output("rm", "-f", file);
    Files.writeString(host.file(file), text);
  }

  private static String statusOf(DebianHost host) {
    return host.output("zlayer-overlay", "status");
  }

  /** As the ordinary programs of the system do. */
  private static void assertFindsNames(DebianHost host, String through) {
    String status = statusOf(host);
    assertTrue(status.contains("names       resolved through " + through), status);
    for (String name : List.of("web.overlay.local", "leader.overlay.local")) {
      host.output("ping", "-c1", "-W5", name);
    }
    String address = host.output("getent", "hosts", WORKER_IP);
    assertTrue(address.contains("node-0-2.overlay.local"), address);
  }

  private static void assertOnlyTheNodeTellsResolved(DebianHost host) {
    String link = "zl-overlay0";
    assertEquals(0, as(host, "zlayer", "resolvectl", "default-route", link, "no").exitCode());
    assertNotEquals(0, as(host, "zlayer", "resolvectl", "llmnr", link, "no").exitCode());
    assertNotEquals(0, as(host, "nobody", "resolvectl", "default-route", link, "no").exitCode());
  }

  private static Execution as(DebianHost host, String user, String... words) {
    List<String> line = new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--clear-groups"));
    line.addAll(List.of(words));
    return host.command(line.toArray(String[]::new)).run();
  }

  private static void assertPages(DebianHost host) {
    String page = host.output("curl", "--silent", "--fail", "http://127.0.0.1:15381/");
    assertTrue(page.startsWith("<!doctype html>"), page);
    String metrics = host.output("curl", "--silent", "--fail", "http://127.0.0.1:15380/metrics");
    assertTrue(metrics.contains("zlayer_peer_"), metrics);
    assertTrue(metrics.contains("jvm_memory_used_bytes"), metrics);
    assertTrue(Files.exists(host.file("/usr/share/zlayer-overlay/monitoring/alerts.yml")));
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

  /** By a stand-in for the journal that systemd would have kept. */
  private static void assertBundleHasJournal(DebianHost host) throws IOException {
    String standIn = "/usr/local/sbin/journalctl";
    write(host, standIn, "#!/bin/sh\necho \"$*: heard of 192.0.2.1\"\n");
    host.output("chmod", "755", standIn);
    host.output("zlayer-overlay", "debug", "bundle", "--anonymise", "-o", "/tmp/bundle.zip");
    try (ZipFile bundle = new ZipFile(host.file("/tmp/bundle.zip").toFile())) {
      byte[] journal = bundle.getInputStream(bundle.getEntry("journal.txt")).readAllBytes();
      String text = new String(journal, StandardCharsets.UTF_8);
      assertTrue(text.contains("--lines=1000 --unit=zlayer-overlay*: heard of address-"), text);
    }
    host.output("rm", standIn);
  }

  /** It runs on while dpkg works; then it is restarted, as postinst has systemd do. */
  private static RunningCommand upgrade(
      Netns from, DebianHost host, InstalledService service, Path newer) throws Exception {
    Files.copy(newer, host.file("/tmp/newer.deb"));
    Ping meanwhile = Ping.start(from, WORKER_IP, PING_INTERVAL);
    host.output("dpkg", "--install", "/tmp/newer.deb");
    Ping.Statistics echoes = meanwhile.finish();
    assertTrue(echoes.lost() <= echoes.transmitted() / 50, echoes::toString);

    Duration outage = OUTAGE_LIMIT;
    RunningCommand process = null;
    // A busy machine may be slow once; one that is slow each time is too slow.
    for (int attempt = 0; attempt < 3 && outage.compareTo(OUTAGE_LIMIT) >= 0; attempt++) {
      Ping during = Ping.start(from, WORKER_IP, PING_INTERVAL);
      process = service.restart();
      assertReaches(from, WORKER_IP);
      outage = PING_INTERVAL.multipliedBy(during.finish().lost());
      System.out.println("an upgrade's restart: no traffic for " + outage);
      service.applyResolver();
    }
    assertTrue(outage.compareTo(OUTAGE_LIMIT) < 0, "no traffic for " + outage);
    return process;
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
    assertTrue(Files.readString(host.file(RESOLV_CONF)).contains("nameserver 10.200.0."));
    service.undoResolver();
    assertEquals(FOREIGN, Files.readString(host.file(RESOLV_CONF)));
  }

  private static void purge(DebianHost host, List<String> before) {
    host.output("dpkg", "--purge", "zlayer-overlay");
    assertNotEquals(0, host.command("getent", "passwd", "zlayer").run().exitCode());
    assertFalse(Files.exists(host.file("/run/wireguard")));
    // What dpkg and adduser keep for themselves.
    String bookkeeping =
        "/var/(lib/dpkg|log|cache|backups)/.*|/etc/(passwd|group|g?shadow|sub[ug]id)-?|/etc/[.]pwd[.]lock";
    assertEquals(
        List.of(),
        host.changedFiles().stream()
            .filter(file -> !before.contains(file) && !file.matches(bookkeeping))
            .toList());
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
