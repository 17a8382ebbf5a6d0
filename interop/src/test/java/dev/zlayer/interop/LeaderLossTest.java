package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.testkit.Dig;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.RunningCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The leader is killed and comes back a minute later. See {@link TokenMesh}.
 *
 * <pre>
 *   leader         one            two            careful             late
 *   192.0.2.1      192.0.2.2      192.0.2.3      192.0.2.4           192.0.2.5
 *   killed                        restarted      --map-ttl 30s       joins afterwards
 * </pre>
 */
@Tag("root")
class LeaderLossTest {
  private static final int DNS_PORT = 15353;
  private static final Duration MEETING = Duration.ofSeconds(10);

  /** Its time to live, and a look a second at its age, on a busy machine. */
  private static final Duration DISTRUST = Duration.ofSeconds(34);

  @TempDir private Path folder;
  private TokenMesh mesh;

  @AfterEach
  void removeNetwork() {
    mesh.close();
  }

  @Test
  void workersGoOnWithoutALeaderAndWithItOnceItIsBack() {
    mesh = TokenMesh.start(4, folder);
    RunningCommand starting = mesh.startMember(1, mesh.invite("one"));
    RunningCommand other = mesh.startMember(2, mesh.invite("two"));
    String token = mesh.invite("careful").encode();
    RunningCommand distrusting = mesh.join(3, token, "--up", "--map-ttl", "30s").start();
    Node one = mesh.awaitMember(1, starting);
    Node two = mesh.awaitMember(2, other);
    Node careful = mesh.awaitMember(3, distrusting);
    InviteToken spare = mesh.invite("late");
    assertMeet(one, two);
    assertMeet(careful, one);
    assertNames(one, two, careful);
    assertNames(two, one, careful);

    mesh.leading().kill();
    long killedAt = System.nanoTime();
    one.assertDoesNotReach(mesh.leader().overlayIp());
    Ping.Statistics echoes = Ping.run(one.host(), two.overlayIp(), 20, Duration.ofMillis(50));
    assertEquals(0, echoes.lost(), echoes::toString);
    assertNames(one, two, careful);
    assertTrue(one.status().at("/map/trusted").asBoolean());

    other.kill();
    RunningCommand again = two.up();
    assertMeet(two, one);
    assertNames(two, one, careful);
    assertEquals(two.overlayIp(), mesh.member(2).overlayIp());
    assertTrue(again.isAlive());

    Eventually.within(
        DISTRUST.minus(Duration.ofNanos(System.nanoTime() - killedAt)),
        "an end of what is said to a mapped peer",
        () -> !trustsItsMap(careful) && !careful.answersAtOnce(one.overlayIp()));
    careful.assertDoesNotReach(two.overlayIp());
    two.assertReaches(one.overlayIp());

    mesh.restartLeader();
    assertMeet(careful, one);
    assertMeet(one, mesh.leader());
    assertMeet(two, mesh.leader());
    assertEquals(Set.of("one", "two", "careful"), mesh.members());
    Node late = mesh.awaitMember(4, mesh.startMember(4, spare));
    for (Node member : List.of(mesh.leader(), one, two, careful)) {
      assertMeet(late, member);
    }
    assertResolves(two, "late", late.overlayIp());
    assertEquals(List.of(), mesh.leakedAddresses());
  }

  private static boolean trustsItsMap(Node worker) {
    try (Administration node = Administration.ofRunning(worker.dataDirectory())) {
      return node.status().map().orElseThrow().trusted();
    }
  }

  private static void assertMeet(Node from, Node to) {
    Eventually.within(
        MEETING,
        () -> from.overlayIp() + " -> " + to.overlayIp(),
        () -> from.answersAtOnce(to.overlayIp()));
  }

  /** Every one of these nodes knows the name of every other one. */
  private static void assertNames(Node at, Node two, Node three) {
    for (Node other : List.of(two, three)) {
      String hostname = "node-0-" + other.overlayIp().replaceFirst(".*\\.", "");
      assertResolves(at, hostname, other.overlayIp());
    }
  }

  private static void assertResolves(Node at, String name, String address) {
    Eventually.within(
        MEETING,
        () -> name + " at " + at.overlayIp(),
        () ->
            Dig.ask(at.host(), at.overlayIp(), DNS_PORT, name + ".overlay.local")
                .data()
                .equals(List.of(address)));
  }
}
