package dev.zlayer.overlay.map;

import static dev.zlayer.overlay.SampleKeys.key;
import static dev.zlayer.overlay.SampleKeys.presharedKey;
import static dev.zlayer.overlay.SampleKeys.publicKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import dev.zlayer.overlay.mesh.MeshState;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a worker makes of the leader's map, and of what it knew before. */
class AdoptionTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final int SELF = 9;
  private static final MeshNode NODE =
      new MeshNode(
          Cidr.parse("10.200.0.0/16"),
          IpText.parse("10.200.0.9"),
          publicKey(SELF),
          false,
          Optional.empty());

  private static PeerConfig peer(String id, int number) {
    return PeerConfig.of(id, key(number)).withOverlayIp(IpText.parse("10.200.0." + number));
  }

  private static Member member(String id, int number) {
    return Member.of(peer(id, number), Optional.empty(), true);
  }

  private static MapChange change(boolean whole, List<Member> members, Integer... removed) {
    return new MapChange(
        new MapPosition("log", 3),
        1,
        8,
        whole,
        members,
        Set.copyOf(List.of(removed).stream().map(number -> publicKey(number)).toList()),
        MapNames.NONE);
  }

  private static MeshSnapshot worker(PeerConfig... byHand) {
    return new MeshSnapshot(NODE, List.of(byHand), Optional.empty(), Map.of(), 0, 0);
  }

  private static Adoption adopt(Adoption before, MapChange change) {
    return Adoption.of(before.mesh(), Optional.of(before.map()), change, NOON);
  }

  private static Adoption adopt(MeshSnapshot mesh, MapChange change) {
    return Adoption.of(mesh, Optional.empty(), change, NOON);
  }

  private static Set<String> ids(Adoption adopted) {
    MeshState.restore(adopted.mesh(), Duration.ZERO);
    return Set.copyOf(adopted.mesh().peers().stream().map(PeerConfig::nodeId).toList());
  }

  @Test
  void theWholeMapReplacesWhatCameWithAnEarlierOne() {
    Adoption first = adopt(worker(), change(true, List.of(member("leader", 1), member("a", 2))));
    Adoption second = adopt(first, change(true, List.of(member("leader", 1), member("b", 3))));
    assertEquals(Set.of("leader", "b"), ids(second));
    assertEquals(1, second.mesh().epoch());
    assertEquals(8, second.mesh().revision());
  }

  @Test
  void aChangeLeavesTheRest() {
    Adoption first =
        adopt(worker(), change(true, List.of(member("leader", 1), member("a", 2), member("b", 3))));
    Adoption second = adopt(first, change(false, List.of(member("c", 4)), 3));
    assertEquals(Set.of("leader", "a", "c"), ids(second));
  }

  @Test
  void thisNodeItselfIsNoPeerButLearnsItsName() {
    Member self = Member.of(peer("web", SELF).withHostname("web"), Optional.empty(), true);
    Adoption adopted = adopt(worker(), change(true, List.of(member("leader", 1), self)));
    assertEquals(Set.of("leader"), ids(adopted));
    assertEquals(Optional.of("web"), adopted.mesh().node().hostname());
  }

  @Test
  void peersAddedByHandStayUnlessTheLeaderSaysOtherwise() {
    MeshSnapshot mesh =
        worker(peer("leader", 1), peer("mine", 5), peer("gone", 6), peer("a", 7), peer("b", 8));
    PeerConfig sameAddress = PeerConfig.of("z", key(20)).withOverlayIp(IpText.parse("10.200.0.8"));
    Adoption adopted =
        adopt(
            mesh,
            change(
                true,
                List.of(
                    member("leader", 1),
                    member("a", 2),
                    Member.of(sameAddress, Optional.empty(), true)),
                6));
    assertEquals(Set.of("leader", "mine", "a", "z"), ids(adopted));
    assertEquals(Set.of(publicKey(1), publicKey(2), publicKey(20)), adopted.mesh().enrolled());
  }

  @Test
  void whereTheLeaderHearsOthersIsKeptUntilItSaysOtherwise() {
    Member heard = Member.of(peer("a", 2), Optional.of(HostPort.parse("192.0.2.2:2")), true);
    Adoption first = adopt(worker(), change(true, List.of(member("leader", 1), heard)));
    assertEquals(Map.of(publicKey(2), HostPort.parse("192.0.2.2:2")), first.map().observed());
    Adoption second = adopt(first, change(false, List.of(member("b", 3))));
    assertEquals(first.map().observed(), second.map().observed());
    assertEquals(Map.of(), adopt(second, change(false, List.of(member("a", 2)))).map().observed());
    assertEquals(Map.of(), adopt(second, change(false, List.of(), 2)).map().observed());
  }

  @Test
  void anOldMapLeavesTheLeaderAndWhoWasAddedByHand() {
    Adoption adopted =
        adopt(
            worker(peer("mine", 5)),
            change(
                true,
                List.of(
                    member("leader", 1).withPresharedKey(Optional.of(presharedKey(1))),
                    member("a", 2))));
    List<PeerSettings> wanted =
        WantedPeers.of(
            WantedPeers.withoutMapped(adopted.mesh()),
            List.of(Map.of(publicKey(1), HostPort.parse("192.0.2.1:1"))),
            7);
    assertEquals(
        List.of(publicKey(1), publicKey(5)), wanted.stream().map(PeerSettings::publicKey).toList());
    assertEquals(presharedKey(1), wanted.getFirst().presharedKey());
    assertTrue(wanted.getFirst().endpoint().isPresent());
  }
}
