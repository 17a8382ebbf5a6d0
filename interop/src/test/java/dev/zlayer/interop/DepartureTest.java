package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.testkit.Dig;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.WgShow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * One worker is removed, another one leaves; a third one stays. See {@link TokenMesh}.
 *
 * <pre>
 *   leader         web            leaver         stayer         (machine 4: the removed one's)
 *   192.0.2.1      192.0.2.2      192.0.2.3      192.0.2.4      192.0.2.5
 * </pre>
 */
@Tag("root")
@Isolated("measures time")
class DepartureTest {
  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final Duration MEETING = Duration.ofSeconds(10);
  private static final Pattern REPLY = Pattern.compile("\\[(\\d+\\.\\d+)] \\d+ bytes from");

  @TempDir private Path folder;
  private TokenMesh mesh;
  private InviteToken webToken;
  private RunningCommand webProcess;
  private RunningCommand leaverProcess;
  private Node web;
  private Node leaver;
  private Node stayer;

  @BeforeEach
  void join() {
    mesh = TokenMesh.start(4, folder);
    webToken = mesh.invite("web");
    webProcess = mesh.startMember(1, webToken);
    leaverProcess = mesh.startMember(2, mesh.invite("leaver"));
    RunningCommand starting = mesh.startMember(3, mesh.invite("stayer"));
    web = mesh.awaitMember(1, webProcess);
    leaver = mesh.awaitMember(2, leaverProcess);
    stayer = mesh.awaitMember(3, starting);
    for (Node node : List.of(web, leaver, stayer)) {
      for (Node other : List.of(mesh.leader(), web, leaver, stayer)) {
        Eventually.within(MEETING, node + " -> " + other, () -> reaches(node, other));
      }
    }
  }

  private static boolean reaches(Node from, Node to) {
    return from.answersAtOnce(to.overlayIp());
  }

  @AfterEach
  void removeNetwork() {
    mesh.close();
  }

  @Test
  void whoIsRemovedIsCutOffByEverybodyAndStaysOut() {
    List<Node> others = List.of(mesh.leader(), leaver, stayer);
    List<RunningCommand> streams = others.stream().map(other -> stream(web, other)).toList();
    streams.forEach(stream -> stream.awaitText("bytes from", MEETING));

    mesh.leader().command("peer", "remove", "web").output();
    double removedAt = System.currentTimeMillis() / 1e3;
    Eventually.within(
        BOUND.plusSeconds(1),
        "streams that have been silent for a second",
        () ->
            streams.stream()
                .allMatch(stream -> lastReply(stream) < System.currentTimeMillis() / 1e3 - 1));
    for (RunningCommand stream : streams) {
      double after = lastReply(stream) - removedAt;
      assertTrue(after < BOUND.toSeconds(), () -> "the last reply came after " + after + " s");
      stream.kill();
    }
    for (Node other : others) {
      other.assertDoesNotReach(web.overlayIp());
      assertTrue(device(other).peers().stream().noneMatch(this::isWeb));
      assertEquals("NXDOMAIN", dig(other, "web").status());
    }

    // Neither its key nor its token is good for anything any more.
    webProcess.kill();
    RunningCommand again = web.up();
    for (Node other : others) {
      web.assertDoesNotReach(other.overlayIp());
    }
    assertTrue(device(web).peers().stream().allMatch(peer -> peer.latestHandshake().isEmpty()));
    assertEquals(0, again.stop().exitCode());
    Execution rejoin = mesh.join(4, webToken.encode()).run();
    assertNotEquals(0, rejoin.exitCode());
    assertTrue(rejoin.errors().contains("the invite was used"), rejoin::toString);
    leaver.assertReaches(stayer.overlayIp());
    assertEquals(Set.of("leaver", "stayer"), mesh.members());
  }

  @Test
  void whoLeavesIsGoneAndMayComeBackByANewToken() {
    leaver.command("leave").output();
    assertEquals(0, leaverProcess.await(MEETING).exitCode());
    assertFalse(Files.exists(leaver.stateFile()));
    assertEquals(Set.of("web", "stayer"), mesh.members());
    for (Node other : List.of(mesh.leader(), web, stayer)) {
      Eventually.within(
          BOUND,
          other + " has forgotten who left",
          () ->
              device(other).peers().stream()
                  .noneMatch(peer -> peer.publicKey().equals(leaver.publicKey())));
      Eventually.within(BOUND, "no name", () -> dig(other, "leaver").status().equals("NXDOMAIN"));
    }

    Node back = mesh.awaitMember(2, mesh.startMember(2, mesh.invite("leaver")));
    assertNotEquals(leaver.publicKey(), back.publicKey());
    for (Node other : List.of(mesh.leader(), web, stayer)) {
      Eventually.within(MEETING, "the one who is back", () -> reaches(back, other));
    }
    assertEquals(List.of(), mesh.leakedAddresses());
  }

  /** An echo request every 50 ms, answers with their times. */
  private static RunningCommand stream(Node from, Node to) {
    return from.host().start("ping", "-nD", "-i0.05", to.overlayIp());
  }

  /** When the last answer came, in seconds since 1970. */
  private static double lastReply(RunningCommand stream) {
    return REPLY
        .matcher(stream.output())
        .results()
        .mapToDouble(reply -> Double.parseDouble(reply.group(1)))
        .max()
        .orElseThrow();
  }

  private static WgShow device(Node node) {
    return WgShow.of(node.host(), node.interfaceName());
  }

  private boolean isWeb(WgShow.Peer peer) {
    return peer.publicKey().equals(web.publicKey())
        || peer.allowedIps().contains(web.overlayIp() + "/32");
  }

  private static Dig.Reply dig(Node at, String name) {
    return Dig.ask(at.host(), at.overlayIp(), 15353, name + ".overlay.local");
  }
}
