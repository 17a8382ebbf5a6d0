package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * A worker that is well, and everything that can keep it from its work, made on purpose, one after
 * the other. What only a running node sees is in {@link ConditionsTest}.
 *
 * <pre>
 *   worker 192.0.2.2 ------ 192.0.2.1, where its leader would be
 * </pre>
 */
@Tag("root")
class DoctorTest {
  private static final Duration START = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private Topology network;
  private Netns host;
  private Node worker;

  @BeforeEach
  void setUpWorker() {
    Tools.require("dnsmasq", "dnsmasq-base");
    Tools.require("chattr", "e2fsprogs");
    network = new Topology();
    host = network.namespace();
    network.connect(host.nic("192.0.2.2/24"), network.namespace().nic("192.0.2.1/24"));
    worker = join("192.0.2.1:51820");
  }

  @AfterEach
  void removeNetwork() {
    network.close();
  }

  private Node join(String leaderEndpoint) {
    return Node.join(
        host,
        "192.0.2.2:51820",
        folder,
        "--leader-endpoint",
        leaderEndpoint,
        "--leader-public-key",
        "pgOzb3hHnWeHTVa8cXmAJdvCR2tnOwyQOZkHW1P4mQg=",
        "--leader-overlay-ip",
        "10.200.0.1",
        "--allocated-ip",
        "10.200.0.2");
  }

  @Test
  void findsEachFaultAndNoneWhereThereIsNone() throws IOException {
    Execution healthy = worker.command("doctor").run();
    assertEquals(0, healthy.exitCode(), healthy::toString);
    assertTrue(healthy.output().contains("problems: 0, warnings: "), healthy::toString);

    assertFinds("data-directory", doctor(List.of(), folder.resolve("nowhere")));
    Path state = worker.stateFile();
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rw-r--r--"));
    assertFinds("state", doctor());
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rw-------"));
    Files.setLastModifiedTime(state, FileTime.from(Instant.now().plusSeconds(3600)));
    assertFinds("clock", doctor());
    Files.setLastModifiedTime(state, FileTime.from(Instant.now()));

    assertFinds(
        "tun", doctor("unshare", "-m", "sh", "-c", "mount -t tmpfs none /dev/net; \"$@\"", "sh"));
    String withoutPrivileges = "-net_admin,-net_raw";
    assertFinds(
        "capabilities",
        doctor("setpriv", "--bounding-set", withoutPrivileges, "--inh-caps", withoutPrivileges));

    host.exec("sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6");
    assertEquals(Map.of(), faults(doctor()));
    host.exec("sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6");
    host.ip("link", "add", worker.interfaceName(), "type", "veth", "peer", "name", "other");
    assertFinds("interface", doctor());
    host.ip("link", "delete", worker.interfaceName());

    RunningCommand squatter =
        host.start("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=51820");
    String taken = squatterFound();
    assertTrue(taken.contains("(dnsmasq)"), taken);
    squatter.kill();

    host.ip("link", "set", "eth0", "mtu", "1400");
    Map<String, String> narrow = faults(doctor());
    assertTrue(narrow.getOrDefault("route", "").contains("1340 bytes"), narrow::toString);
    host.ip("link", "set", "eth0", "mtu", "1500");
    host.ip("link", "set", "eth0", "down");
    assertFinds("route", doctor());
    host.ip("link", "set", "eth0", "up");

    Command.of("chattr", "+i", worker.dataDirectory().toString()).output();
    try {
      assertFinds("data-directory", doctor());
    } finally {
      Command.of("chattr", "-i", worker.dataDirectory().toString()).output();
    }
    assertFinds("route", doctor(List.of(), join("nowhere.invalid:51820").dataDirectory()));

    Files.writeString(state, "{ \"config\": ");
    Execution corrupt = doctor();
    assertFinds("state", corrupt);
    assertEquals(1, corrupt.exitCode());
  }

  /** What is said once the other program has the port. */
  private String squatterFound() {
    long deadline = System.nanoTime() + START.toNanos();
    Map<String, String> found = Map.of();
    while (System.nanoTime() < deadline && !found.containsKey("port")) {
      found = faults(doctor());
    }
    return found.getOrDefault("port", "nothing");
  }

  private Execution doctor(String... wrapper) {
    return doctor(List.of(wrapper), worker.dataDirectory());
  }

  private Execution doctor(List<String> wrapper, Path dataDirectory) {
    List<String> words = new ArrayList<>(wrapper);
    words.add(Readme.ROOT.resolve("zlayer-overlay").toString());
    words.addAll(List.of("doctor", "--json", "--data-dir", dataDirectory.toString()));
    return Command.of(words.toArray(String[]::new)).in(host).within(START).run();
  }

  /** It is the only problem, comes with a remedy, and the exit code tells of it. */
  private static void assertFinds(String check, Execution doctor) {
    assertEquals(List.of(check), List.copyOf(faults(doctor).keySet()), doctor::toString);
    assertEquals(1, doctor.exitCode());
  }

  /** The texts of problems and warnings, by check; this machine's own warnings are left out. */
  private static Map<String, String> faults(Execution doctor) {
    return JsonMapper.shared()
        .readTree(doctor.output())
        .valueStream()
        .filter(finding -> !finding.get("remedy").isNull())
        .filter(finding ->
            !List.of("resolver", "apparmor", "kernel").contains(finding.get("check").asString()))
        .collect(
            Collectors.toMap(
                finding -> finding.get("check").asString(),
                finding -> finding.get("text").asString(),
                (first, second) -> first + "; " + second));
  }
}
