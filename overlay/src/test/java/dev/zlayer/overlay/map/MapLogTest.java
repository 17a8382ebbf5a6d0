package dev.zlayer.overlay.map;

import static dev.zlayer.overlay.SampleKeys.key;
import static dev.zlayer.overlay.SampleKeys.publicKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who follows the changes knows what the whole map says. */
class MapLogTest {
  private final MapLog log = new MapLog("one");

  private static Member member(int number, int port) {
    PeerConfig peer =
        PeerConfig.of("node-" + number, key(number))
            .withOverlayIp(IpText.parse("10.200.0." + number));
    return Member.of(peer, Optional.of(HostPort.parse("192.0.2.1:" + port)), true);
  }

  private boolean update(Member... members) {
    return log.update(List.of(members), MapNames.NONE, 0, 0);
  }

  @Test
  void aNewcomerGetsTheWholeMap() {
    update(member(1, 1), member(2, 2));
    MapChange whole = log.since(Optional.empty());
    assertTrue(whole.whole());
    assertEquals(List.of(member(1, 1), member(2, 2)), whole.members());
  }

  @Test
  void onlyWhatChangedIsToldToWhoFollows() {
    update(member(1, 1), member(2, 2));
    MapPosition known = log.position();
    assertFalse(update(member(1, 1), member(2, 2)));
    assertFalse(log.hasNews(Optional.of(known)));
    assertTrue(update(member(2, 9), member(3, 3)));
    MapChange change = log.since(Optional.of(known));
    assertFalse(change.whole());
    assertEquals(List.of(member(2, 9), member(3, 3)), change.members());
    assertEquals(Set.of(publicKey(1)), change.removed());
  }

  @Test
  void aRemovedMemberThatComesBackIsNotRemoved() {
    update(member(1, 1));
    MapPosition known = log.position();
    update();
    update(member(1, 7));
    MapChange change = log.since(Optional.of(known));
    assertEquals(Set.of(), change.removed());
    assertEquals(List.of(member(1, 7)), change.members());
  }

  @Test
  void anotherLogOrAFuturePositionMeansTheWholeMap() {
    update(member(1, 1));
    assertTrue(log.since(Optional.of(new MapPosition("other", 1))).whole());
    assertTrue(log.since(Optional.of(new MapPosition("one", 99))).whole());
    assertTrue(log.hasNews(Optional.of(new MapPosition("one", 99))));
  }

  @Test
  void whoStandsBeforeForgottenRemovalsGetsTheWholeMap() {
    update(member(1, 1));
    MapPosition old = log.position();
    for (int i = 0; i <= MapLog.MAX_REMOVALS; i++) {
      update(member(1, 1), shortLived(i));
      update(member(1, 1));
    }
    MapPosition recent = log.position();
    update(member(1, 2));
    assertTrue(log.since(Optional.of(old)).whole());
    assertFalse(log.since(Optional.of(recent)).whole());
  }

  private static Member shortLived(int number) {
    InetAddress address = IpText.parse("10.201." + number / 256 + "." + number % 256);
    PeerConfig peer = PeerConfig.of("x-" + number, key(1000 + number)).withOverlayIp(address);
    return Member.of(peer, Optional.empty(), true);
  }

  @Test
  void whoFollowsInLeapsOfAnyLengthKnowsTheSame() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      MapLog leader = new MapLog("seed-" + seed);
      Map<PublicKey, Member> mesh = new HashMap<>();
      Map<PublicKey, Member> followed = new HashMap<>();
      Optional<MapPosition> position = Optional.empty();
      for (int step = 0; step < 100; step++) {
        int number = 1 + random.nextInt(20);
        if (random.nextInt(3) == 0) {
          mesh.remove(publicKey(number));
        } else {
          mesh.put(publicKey(number), member(number, 1 + random.nextInt(3)));
        }
        leader.update(new ArrayList<>(mesh.values()), MapNames.NONE, 0, step);
        if (random.nextInt(4) == 0) {
          MapChange change = leader.since(position);
          if (change.whole()) {
            followed.clear();
          }
          followed.keySet().removeAll(change.removed());
          change.members().forEach(member -> followed.put(member.publicKey(), member));
          position = Optional.of(change.position());
          assertEquals(mesh, followed, "seed " + seed + ", step " + step);
        }
      }
    }
  }
}
