package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.BootstrapOptions;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.dns.DnsHandle;
import dev.zlayer.testkit.Dig;
import dev.zlayer.testkit.Dnsmasq;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The overlay's names, asked for with {@code dig}.
 *
 * <pre>
 *   leader 192.0.2.1     worker 192.0.2.5     outsider 192.0.2.66     upstream 192.0.2.53
 *          |                    |                     |                      |
 *          +--------------------+---------br0---------+----------------------+
 *
 *   10.200.0.1 =========== 10.200.0.5, "web"
 * </pre>
 */
@Tag("root")
class DnsTest {
  private static final int PORT = 15353;
  private static final int WG_PORT = 51820;
  private static final String SERVER = "10.200.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofSeconds(2);

  /** Longer than the first check takes: three echoes, 1.8 s. */
  private static final Duration FIRST_CHECK = Duration.ofSeconds(5);

  @TempDir private Path folder;

  private final Topology network = new Topology();
  private Netns outsider;
  private Netns upstream;
  private Node leader;
  private Node worker;
  private RunningCommand workerProcess;

  @AfterEach
  void removeNetwork() {
    network.close();
  }

  /** Sets both nodes up, as a Java program does it; what {@code up} says of DNS comes on top. */
  private void setUp(String cidr, String workerIp) {
    Netns left = network.namespace();
    Netns right = network.namespace();
    outsider = network.namespace();
    upstream = network.namespace();
    network.bridge(
        left.nic("192.0.2.1/24"),
        right.nic("192.0.2.5/24"),
        outsider.nic("192.0.2.66/24"),
        upstream.nic("192.0.2.53/24"));
    try (OverlayBootstrap first =
            OverlayBootstrap.initLeader(
                cidr, WG_PORT, folder.resolve("leader"), options("192.0.2.1"));
        OverlayBootstrap second =
            OverlayBootstrap.join(
                cidr,
                "192.0.2.1:" + WG_PORT,
                first.publicKey().toBase64(),
                first.nodeIp(),
                IpText.parse(workerIp),
                WG_PORT,
                folder.resolve("worker"),
                options("192.0.2.5"))) {
      leader = Node.of(left, first.node());
      worker = Node.of(right, second.node());
      first.addPeer(web());
    }
  }

  private static BootstrapOptions options(String address) {
    return BootstrapOptions.DEFAULT
        .withInterfaceName(Node.nextInterfaceName())
        .withEndpoint(HostPort.parse(address + ":" + WG_PORT));
  }

  private PeerConfig web() {
    return PeerConfig.of("worker", worker.publicKey(), worker.endpoint())
        .withOverlayIp(IpText.parse(worker.overlayIp()))
        .withHostname("web");
  }

  /** Starts both nodes, the leader with further options of {@code up}. */
  private RunningCommand start(String... options) {
    List<String> words = new ArrayList<>(List.of("up"));
    words.addAll(List.of(options));
    RunningCommand process = leader.command(words.toArray(String[]::new)).start();
    leader.awaitUp(process);
    workerProcess = worker.up();
    worker.assertReaches(leader.overlayIp());
    return process;
  }

  private static Dig.Reply dig(Node from, String... words) {
    return Dig.ask(from.host(), SERVER, PORT, words);
  }

  private static void assertAnswers(Dig.Reply reply, String... data) {
    assertEquals("NOERROR", reply.status(), reply::text);
    assertTrue(reply.flags().containsAll(Set.of("qr", "aa", "rd", "ra")), reply::text);
    assertEquals(List.of(data), reply.data(), reply::text);
  }

  /** RFC 2308: no answer, and the SOA that says for how long. */
  private static void assertDenies(Dig.Reply reply, String status, String apex) {
    assertEquals(status, reply.status(), reply::text);
    assertTrue(reply.flags().contains("aa"), reply::text);
    assertEquals(List.of(), reply.answer(), reply::text);
    assertEquals(1, reply.authority().size(), reply::text);
    String soa = reply.authority().getFirst();
    assertTrue(soa.startsWith(apex + " 10 IN SOA ns.overlay.local. "), soa);
    assertTrue(soa.endsWith(" 10"), soa);
  }

  @Test
  void namesAreFoundFromTheLeaderAndThroughTheTunnel() {
    setUp("10.200.0.0/16", "10.200.0.5");
    start();
    for (Node from : List.of(leader, worker)) {
      assertAnswers(dig(from, "leader.overlay.local"), "10.200.0.1");
      assertAnswers(dig(from, "node-0-1.overlay.local"), "10.200.0.1");
      assertAnswers(dig(from, "node-0-5.overlay.local"), "10.200.0.5");
      assertAnswers(dig(from, "web.overlay.local"), "10.200.0.5");
      assertAnswers(dig(from, "WEB.Overlay.LOCAL"), "10.200.0.5");
      assertAnswers(dig(from, "-x", "10.200.0.5"), "node-0-5.overlay.local.");
      assertAnswers(dig(from, "web.overlay.local", "+tcp"), "10.200.0.5");
      assertAnswers(dig(from, "web.overlay.local", "+noedns"), "10.200.0.5");
      assertAnswers(dig(from, "overlay.local", "NS"), "ns.overlay.local.");
      assertDenies(dig(from, "web.overlay.local", "AAAA"), "NOERROR", "overlay.local.");
      assertDenies(dig(from, "web.overlay.local", "TXT"), "NOERROR", "overlay.local.");
      assertDenies(dig(from, "nobody.overlay.local"), "NXDOMAIN", "overlay.local.");
      assertDenies(dig(from, "-x", "10.200.0.9"), "NXDOMAIN", "200.10.in-addr.arpa.");
      assertEquals("BADVERS", dig(from, "web.overlay.local", "+edns=1", "+noednsneg").status());
      Dig.Reply ttl = dig(from, "WEB.Overlay.LOCAL");
      assertEquals(List.of("WEB.Overlay.LOCAL. 5 IN A 10.200.0.5"), ttl.answer());
    }
  }

  @Test
  void ipv6HasItsNamesToo() {
    setUp("fd00:200::/48", "fd00:200::5");
    start();
    for (Node from : List.of(leader, worker)) {
      for (String[] words :
          List.of(
              new String[] {"web.overlay.local", "AAAA"},
              new String[] {"node-0005.overlay.local", "AAAA"},
              new String[] {"node-fd00-200-0-0-0-0-0-5.overlay.local", "AAAA", "+tcp"})) {
        assertAnswers(Dig.ask(from.host(), "fd00:200::1", PORT, words), "fd00:200::5");
      }
      assertAnswers(
          Dig.ask(from.host(), "fd00:200::1", PORT, "-x", "fd00:200::5"),
          "node-fd00-200-0-0-0-0-0-5.overlay.local.");
      assertDenies(
          Dig.ask(from.host(), "fd00:200::1", PORT, "leader.overlay.local", "A"),
          "NOERROR",
          "overlay.local.");
    }
  }

  @Test
  void dualStackHasBothUnderOneName() {
    Netns left = network.namespace();
    Netns right = network.namespace();
    network.bridge(left.nic("192.0.2.1/24"), right.nic("192.0.2.5/24"));
    String[] both = {"--cidr-v6", "fd00:200::/48"};
    leader = Node.init(left, "192.0.2.1:51820", folder, both);
    worker = Node.join(leader, right, "192.0.2.5:51820", folder, "10.200.0.5", both);
    leader.add(worker, "--hostname", "web", "--endpoint", worker.endpoint());
    start();
    worker.assertReaches("fd00:200::1");
    leader.assertReaches("fd00:200::5");
    for (String server : List.of(SERVER, "fd00:200::1")) {
      for (String name : List.of("web", "node-0-5")) {
        String full = name + ".overlay.local";
        assertAnswers(Dig.ask(worker.host(), server, PORT, full), "10.200.0.5");
        assertAnswers(Dig.ask(worker.host(), server, PORT, full, "AAAA", "+tcp"), "fd00:200::5");
      }
    }
    assertAnswers(dig(worker, "-x", "fd00:200::5"), "node-fd00-200-0-0-0-0-0-5.overlay.local.");
    assertEquals("fd00:200::1", leader.status().at("/node/overlay_ip_v6").asString());
  }

  @Test
  void whoIsDownIsntToldUnderASharedName() {
    setUp("10.200.0.0/16", "10.200.0.5");
    start("--health-interval", "1");
    leader.command("dns", "add", "shared", "10.200.0.1").output();
    leader.command("dns", "add", "shared", "10.200.0.5").output();
    assertAnswers(dig(leader, "shared.overlay.local"), "10.200.0.1", "10.200.0.5");
    workerProcess.kill();
    Eventually.within(
        PATIENCE,
        () -> "the shared name without the lost worker",
        () -> dig(leader, "shared.overlay.local").data().equals(List.of("10.200.0.1")));
    assertAnswers(dig(leader, "web.overlay.local"), "10.200.0.5");
    worker.up();
    Eventually.within(
        PATIENCE,
        () -> "the shared name with the worker again",
        () -> dig(leader, "shared.overlay.local").data().size() == 2);
  }

  /** One failed check is no verdict: it takes two. */
  @Test
  void whoIsNotJudgedYetIsToldUnderASharedName() {
    setUp("10.200.0.0/16", "10.200.0.5");
    leader.awaitUp(leader.command("up", "--health-interval", "3600").start());
    leader.command("dns", "add", "shared", "10.200.0.1").output();
    leader.command("dns", "add", "shared", "10.200.0.5").output();
    long end = System.nanoTime() + FIRST_CHECK.toNanos();
    while (System.nanoTime() < end) {
      assertAnswers(dig(leader, "shared.overlay.local"), "10.200.0.1", "10.200.0.5");
    }
    assertTrue(leader.status().at("/peers/0/health").isNull());
  }

  @Test
  void nobodyOutsideTheOverlayIsAnswered() {
    setUp("10.200.0.0/16", "10.200.0.5");
    start();
    outsider.ip("route", "add", "10.200.0.0/16", "via", "192.0.2.1");
    assertNoAnswer("192.0.2.66");
    // An address of the overlay that isn't his doesn't help him: the answer goes into the tunnel.
    outsider.addAddress("eth0", "10.200.0.77/32");
    outsider.addAddress("eth0", "10.200.0.5/32");
    assertNoAnswer("10.200.0.77");
    assertNoAnswer("10.200.0.5");
    assertFalse(Dig.ask(outsider, "192.0.2.1", PORT, "web.overlay.local", "+time=1").came());
    assertAnswers(dig(worker, "web.overlay.local"), "10.200.0.5");
  }

  private void assertNoAnswer(String source) {
    for (String transport : List.of("+notcp", "+tcp")) {
      Dig.Reply reply =
          Dig.ask(
              outsider, SERVER, PORT, "-b", source, "+time=1", transport, "leader.overlay.local");
      assertFalse(reply.came(), reply::text);
    }
  }

  @Test
  void otherNamesAreAskedForElsewhere() throws IOException {
    setUp("10.200.0.0/16", "10.200.0.5");
    Dnsmasq.start(upstream);
    // A stub on the machine itself is left out, or it would ask us.
    withResolvConf(
        "nameserver 127.0.0.53\nnameserver 192.0.2.53\n",
        () -> {
          start();
          for (Node from : List.of(leader, worker)) {
            for (String transport : List.of("+notcp", "+tcp")) {
              Dig.Reply reply = dig(from, "www.example.org", transport);
              assertEquals("NOERROR", reply.status(), reply::text);
              assertEquals(List.of("192.0.2.80"), reply.data(), reply::text);
              assertEquals(Set.of("qr", "rd", "ra"), reply.flags(), reply::text);
            }
            assertEquals("NXDOMAIN", dig(from, "no.example.org").status());
            assertEquals("REFUSED", dig(from, "www.example.org", "+norecurse").status());
          }
        });
  }

  /** Nobody is asked whom nobody has named: no public resolver, least of all. */
  @Test
  void withoutAnUpstreamItFailsInTime() throws IOException {
    setUp("10.200.0.0/16", "10.200.0.5");
    withResolvConf(
        "nameserver 127.0.0.53\n",
        () -> {
          start();
          for (Node from : List.of(leader, worker)) {
            assertFailsInTime(dig(from, "www.example.org"));
            assertFailsInTime(dig(from, "www.example.org", "+tcp"));
          }
        });
  }

  /** With a {@code /etc/resolv.conf} of the leader's own. */
  private void withResolvConf(String text, Runnable work) throws IOException {
    Path resolvConf = Path.of("/etc/netns", leader.host().name(), "resolv.conf");
    Files.createDirectories(resolvConf.getParent());
    try {
      Files.writeString(resolvConf, text);
      work.run();
    } finally {
      Files.deleteIfExists(resolvConf);
      Files.deleteIfExists(resolvConf.getParent());
    }
  }

  private static void assertFailsInTime(Dig.Reply reply) {
    assertEquals("SERVFAIL", reply.status(), reply::text);
    assertTrue(reply.time().compareTo(SOON) < 0, reply::text);
  }

  @Test
  void withADeadUpstreamItFailsInTime() {
    setUp("10.200.0.0/16", "10.200.0.5");
    start("--dns-upstream", "192.0.2.99", "--dns-upstream", "192.0.2.53");
    for (Node from : List.of(leader, worker)) {
      assertFailsInTime(dig(from, "www.example.org"));
      assertAnswers(dig(from, "web.overlay.local"), "10.200.0.5");
    }
  }

  @Test
  void withoutForwardingOtherNamesAreRefused() {
    setUp("10.200.0.0/16", "10.200.0.5");
    start("--no-dns-forwarding");
    for (Node from : List.of(leader, worker)) {
      Dig.Reply reply = dig(from, "www.example.org");
      assertEquals("REFUSED", reply.status(), reply::text);
      assertFalse(reply.flags().contains("ra"), reply::text);
    }
  }

  @Test
  void namesFollowWhatChanges() {
    setUp("10.200.0.0/16", "10.200.0.5");
    // A worker that takes long to come up would be held DOWN, and withdrawn from the shared name.
    RunningCommand process = start("--health-interval", "3600");
    assertEquals("NXDOMAIN", dig(worker, "db.overlay.local").status());
    leader.command("dns", "add", "db", "10.200.0.5").output();
    leader.command("dns", "add", "db", "10.200.0.6").output();
    leader.command("dns", "add", "db", "fd00::5").output();
    assertAnswers(dig(worker, "db.overlay.local"), "10.200.0.5", "10.200.0.6");
    assertAnswers(dig(worker, "db.overlay.local", "AAAA"), "fd00::5");
    String list = leader.command("dns", "list").output();
    assertTrue(list.contains("db.overlay.local"), list);

    assertEquals(0, process.stop().exitCode());
    leader.up();
    Eventually.within(
        PATIENCE,
        () -> "names after a restart",
        () -> dig(worker, "db.overlay.local", "+time=1").came());
    assertAnswers(dig(worker, "db.overlay.local"), "10.200.0.5", "10.200.0.6");
    leader.command("dns", "remove", "db").output();
    assertDenies(dig(worker, "db.overlay.local"), "NXDOMAIN", "overlay.local.");

    try (Administration node = Administration.ofRunning(leader.dataDirectory())) {
      node.removePeer("web");
      for (String name : List.of("web", "node-0-5")) {
        assertDenies(dig(leader, name + ".overlay.local"), "NXDOMAIN", "overlay.local.");
      }
      assertDenies(dig(leader, "-x", "10.200.0.5"), "NXDOMAIN", "200.10.in-addr.arpa.");
      node.addPeer(web().withHostname("www"));
      assertAnswers(dig(leader, "www.overlay.local"), "10.200.0.5");
    }
  }

  @Test
  void aTruncatedAnswerIsAskedForAgainOverTcp() {
    setUp("10.200.0.0/16", "10.200.0.5");
    try (OverlayBootstrap node = OverlayBootstrap.load(leader.dataDirectory())) {
      DnsHandle names = node.withDnsDefault("overlay.local").dnsHandle().orElseThrow();
      for (int i = 0; i < 60; i++) {
        names.addRecord("many", IpText.parse("10.200.9." + i));
      }
    }
    start();
    Dig.Reply cut = dig(worker, "many.overlay.local", "+noedns", "+ignore");
    assertTrue(cut.flags().contains("tc"), cut::text);
    Dig.Reply whole = dig(worker, "many.overlay.local", "+noedns");
    assertTrue(whole.text().contains("(TCP)"), whole::text);
    assertEquals(60, whole.answer().size(), whole::text);
  }

  @Test
  void zonePortAndAbsenceAreAsTold() {
    setUp("10.200.0.0/16", "10.200.0.5");
    RunningCommand silent = start("--no-dns");
    assertFalse(dig(leader, "leader.overlay.local", "+time=1").came());
    silent.stop();
    RunningCommand other =
        leader.command("up", "--dns-zone", "corp.example", "--dns-port", "53").start();
    leader.awaitUp(other);
    Eventually.within(
        PATIENCE,
        () -> "an answer on port 53",
        () ->
            Dig.ask(worker.host(), SERVER, 53, "web.corp.example", "+time=1")
                .answer()
                .equals(List.of("web.corp.example. 5 IN A 10.200.0.5")));
    assertFalse(dig(leader, "leader.overlay.local", "+time=1").came());
  }
}
