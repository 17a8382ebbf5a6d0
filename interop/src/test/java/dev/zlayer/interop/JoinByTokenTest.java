package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Dig;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.WgShow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Machines join one after another, each by a token of its own, and are one full mesh.
 *
 * <pre>
 *   leader         w1             w2  ...          stranger
 *   192.0.2.1      192.0.2.2      192.0.2.3        192.0.2.n+2      underlay
 *       +--------------+--- br0 ---+-------------------+
 *   10.200.0.1 === 10.200.0.3 === 10.200.0.5 ...                    overlay, every pair directly
 * </pre>
 *
 * <p>{@code -Dzlayer.join.workers=N} says how many.
 */
@Tag("root")
@Isolated("measures time")
class JoinByTokenTest {
  private static final int WORKERS = Integer.getInteger("zlayer.join.workers", 4);
  private static final int DNS_PORT = 15353;

  /** From a joiner's {@code up} until it reaches everybody. */
  private static final Duration MEETING = Duration.ofSeconds(5);

  /** The others' share of the map: news goes round within 2 s. */
  private static final Duration NEWS = Duration.ofSeconds(5);

  @TempDir private static Path folder;

  private static final List<Node> NODES = new ArrayList<>();
  private static final List<Duration> MEETINGS = new ArrayList<>();
  private static TokenMesh mesh;

  @BeforeAll
  static void joinOneAfterAnother() {
    mesh = TokenMesh.start(WORKERS + 1, folder);
    NODES.add(mesh.leader());
    for (int i = 1; i <= WORKERS; i++) {
      InviteToken token = i == 1 ? inviteByHand(name(i)) : mesh.invite(name(i));
      Node joiner = mesh.awaitMember(i, mesh.startMember(i, token));
      long upAt = System.nanoTime();
      for (Node other : NODES) {
        Eventually.within(
            Duration.ofSeconds(30),
            () -> joiner.overlayIp() + " -> " + other.overlayIp(),
            () -> joiner.answersAtOnce(other.overlayIp()));
      }
      MEETINGS.add(Duration.ofNanos(System.nanoTime() - upAt));
      NODES.add(joiner);
    }
  }

  /** As an operator does it. */
  private static InviteToken inviteByHand(String name) {
    Command invite = mesh.leader().command("invite", "--name", name, "--raw");
    return InviteToken.parse(invite.output());
  }

  private static String name(int worker) {
    return "w" + worker;
  }

  @AfterAll
  static void removeNetwork() {
    mesh.close();
    NODES.clear();
    MEETINGS.clear();
  }

  @Test
  void eachJoinerReachesEverybodyWithinSeconds() {
    System.out.println("from 'up' to all " + WORKERS + " links: " + MEETINGS);
    for (Duration meeting : MEETINGS) {
      assertTrue(meeting.compareTo(MEETING) < 0, MEETINGS::toString);
    }
  }

  @Test
  void everyLinkIsDirectAndHasAPresharedKey() {
    for (Node node : NODES) {
      WgShow device = WgShow.of(node.host(), node.interfaceName());
      for (Node other : NODES) {
        if (other.equals(node)) {
          continue;
        }
        node.assertReaches(other.overlayIp());
        WgShow.Peer peer = device.peer(other.publicKey());
        assertTrue(peer.hasPresharedKey(), peer::toString);
        assertEquals(Optional.of(other.endpoint()), peer.endpoint(), peer::toString);
        assertEquals(List.of(other.overlayIp() + "/32"), peer.allowedIps());
        assertTrue(peer.latestHandshake().isPresent(), peer::toString);
        long before = peer.receivedBytes();
        long after =
            WgShow.of(node.host(), node.interfaceName()).peer(other.publicKey()).receivedBytes();
        assertTrue(after >= before + 3 * 84, () -> "echoes of " + peer + ": " + after);
      }
    }
  }

  @Test
  void everyMemberServesTheNamesOfAllAtItsOwnAddress() {
    for (Node node : NODES) {
      for (int i = 1; i <= WORKERS; i++) {
        assertResolves(node, name(i), NODES.get(i).overlayIp());
      }
      assertResolves(node, "leader", mesh.leader().overlayIp());
    }
  }

  private static void assertResolves(Node at, String name, String address) {
    Eventually.within(
        NEWS,
        () -> name + " at " + at.overlayIp(),
        () ->
            Dig.ask(at.host(), at.overlayIp(), DNS_PORT, name + ".overlay.local")
                .data()
                .equals(List.of(address)));
  }

  @Test
  void aPortScanFindsASilentUdpPortOnly() {
    Tools.require("nmap", "nmap");
    Netns stranger = mesh.machine(WORKERS + 1);
    RunningCommand tcp = nmap(stranger, "-sS", "-p", "1-2000,15353,51820,51821").start();
    RunningCommand udp = nmap(stranger, "-sU", "-p", "51820,51821,15353").start();
    Execution tcpPorts = tcp.await(Duration.ofMinutes(2)).requireSuccess();
    Execution udpPorts = udp.await(Duration.ofMinutes(2)).requireSuccess();
    for (Node node : List.of(mesh.leader(), NODES.get(1))) {
      String address = node.endpoint().replace(":51820", "");
      assertEquals(List.of(), ports(tcpPorts, address), tcpPorts::toString);
      assertEquals(
          List.of("51820/open|filtered/udp"), ports(udpPorts, address), udpPorts::toString);
    }
  }

  private static Command nmap(Netns stranger, String... words) {
    List<String> line =
        new ArrayList<>(List.of("nmap", "-n", "-Pn", "-T4", "--max-retries", "2", "-oG", "-"));
    line.addAll(List.of(words));
    line.addAll(List.of("192.0.2.1", "192.0.2.2"));
    return Command.of(line.toArray(String[]::new)).in(stranger);
  }

  /** What isn't known to be closed, as {@code 51820/open|filtered/udp}. */
  private static List<String> ports(Execution scan, String address) {
    List<String> ports = new ArrayList<>();
    for (String line : scan.output().lines().toList()) {
      if (line.startsWith("Host: " + address + " ") && line.contains("Ports: ")) {
        String list = line.replaceFirst(".*Ports: ", "").replaceFirst("\tIgnored.*", "");
        for (String port : list.split(", *", -1)) {
          if (!port.isBlank() && !port.contains("/closed/")) {
            ports.add(port.replaceFirst("^(\\d+/[^/]*/[^/]*)/.*", "$1"));
          }
        }
      }
    }
    return ports;
  }
}
