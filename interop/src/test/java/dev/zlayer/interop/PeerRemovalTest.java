package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of two workers is told to go; see {@link Mesh}. */
@Tag("root")
class PeerRemovalTest {
  @TempDir private Path folder;

  @Test
  void trafficOfThatPeerStopsAtOnceAndNobodyElses() {
    try (Mesh mesh = Mesh.start(2, folder)) {
      Node leader = mesh.leader();
      Node staying = mesh.worker(1);
      Node going = mesh.worker(2);
      going.assertReaches(leader.overlayIp());
      staying.assertReaches(leader.overlayIp());

      leader.command("peer", "remove", going.interfaceName()).output();
      going.assertDoesNotReach(leader.overlayIp());
      leader.assertDoesNotReach(going.overlayIp());

      staying.assertReaches(leader.overlayIp());
      leader.assertReaches(staying.overlayIp());
      assertEquals(1, leader.status().get("peers").size());
    }
  }
}
