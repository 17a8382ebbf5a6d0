package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.SeededEntropy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A join is cut at any instant, on either side, and then repeated. See {@link TokenMesh}. */
@Tag("root")
class CutJoinTest {
  private static final int CUTS = Integer.getInteger("zlayer.join.cuts", 4);
  private static final Duration START = Duration.ofMinutes(1);

  /** As good as none, where the measured join was quicker than it can be again. */
  private static final int LEAST_MILLIS = 20;

  @TempDir private Path folder;
  @RegisterExtension final SeededEntropy entropy = SeededEntropy.fresh();
  private TokenMesh mesh;

  @BeforeEach
  void startLeader() {
    mesh = TokenMesh.start(CUTS + 2, folder);
  }

  @AfterEach
  void removeNetwork() {
    mesh.close();
  }

  @Test
  void aJoinerThatIsKilledJoinsWithTheSameToken() {
    int talkMillis = joinUncut(1);
    List<InviteToken> tokens = new ArrayList<>();
    for (int i = 0; i < CUTS; i++) {
      int machine = i + 2;
      InviteToken token = mesh.invite("m" + machine);
      tokens.add(token);
      RunningCommand joining = mesh.join(machine, token.encode()).start();
      awaitTalk(joining);
      pause(entropy.below(talkMillis));
      joining.kill();

      // Wherever it was cut, at the very end too.
      mesh.join(machine, token.encode()).output();
      assertIsOneMember(machine, i + 2);
    }
    Execution second = mesh.join(CUTS + 2, tokens.getLast().encode()).run();
    assertNotEquals(0, second.exitCode());
    assertTrue(second.errors().contains("the invite was used"), second::toString);
  }

  @Test
  void aLeaderThatIsKilledGoesOnWithTheJoin() {
    int talkMillis = joinUncut(1);
    for (int i = 0; i < Math.min(CUTS, 2); i++) {
      int machine = i + 2;
      InviteToken token = mesh.invite("m" + machine);
      RunningCommand joining = mesh.join(machine, token.encode()).start();
      awaitTalk(joining);
      pause(entropy.below(talkMillis));
      mesh.leading().kill();
      mesh.restartLeader();

      // It asks for half a minute; where the leader took longer, the operator asks again.
      if (joining.await(START).exitCode() != 0) {
        mesh.join(machine, token.encode()).output();
      }
      assertIsOneMember(machine, i + 2);
    }
  }

  /** Returns how long the machine talked to the leader. */
  private int joinUncut(int machine) {
    RunningCommand joining = mesh.join(machine, mesh.invite("m" + machine).encode()).start();
    awaitTalk(joining);
    long start = System.nanoTime();
    assertEquals(0, joining.await(START).exitCode());
    return Math.max(LEAST_MILLIS, (int) ((System.nanoTime() - start) / 1_000_000));
  }

  private static void awaitTalk(RunningCommand joining) {
    joining.awaitText("asking the leader at", START);
  }

  /** The instant of the cut is the point of it: nothing could be awaited instead. */
  private static void pause(int millis) {
    LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
  }

  /** The machine's own key is the one that the leader has, once, and nothing is lost. */
  private void assertIsOneMember(int machine, int members) {
    String publicKey = mesh.node(machine, "", "").command("key").output().strip();
    try (Administration leader = mesh.administration()) {
      List<PeerConfig> named =
          leader.peers().stream().filter(peer -> peer.nodeId().equals("m" + machine)).toList();
      assertEquals(1, named.size(), leader.peers()::toString);
      assertEquals(publicKey, named.getFirst().publicKey().toBase64());
      assertEquals(members, leader.peers().size());
    }
    assertEquals(List.of(), mesh.leakedAddresses());
  }
}
