package dev.zlayer.overlay.mesh;

import static dev.zlayer.overlay.SampleKeys.key;
import static dev.zlayer.overlay.SampleKeys.publicKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.ipam.HostRange;
import dev.zlayer.overlay.ipam.IpAllocatorState;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeshStateTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final Duration REST = Duration.ofMinutes(5);
  private static final int OWN_KEY = 0;

  @Test
  void leaderLeasesWhereNoAddressIsGiven() {
    MeshState mesh = leader("10.200.0.0/16");
    assertEquals("10.200.0.2", add(mesh, peer("w1", 1)));
    assertEquals("10.200.0.3", add(mesh, peer("w2", 2)));
    assertEquals(List.of("w1", "w2"), mesh.peers().stream().map(PeerConfig::nodeId).toList());
    assertEquals(3, mesh.leasedCount());
    assertEquals(2, mesh.revision());
  }

  @Test
  void explicitAddressIsHonoured() {
    MeshState leader = leader("10.200.0.0/16");
    assertEquals("10.200.9.9", add(leader, peer("w1", 1, "10.200.9.9")));
    assertEquals("10.200.0.2", add(leader, peer("w2", 2)));
    assertEquals("10.200.0.5", add(worker(), peer("leader", 1, "10.200.0.5")));
  }

  @Test
  void leasedAddressIsForThePeerThatIsAddedWithIt() {
    MeshState mesh = leader("10.200.0.0/16");
    InetAddress leased = ip("10.200.0.2");
    assertEquals(
        List.of(new MeshEvent.AddressLeased(leased)),
        mesh.apply(new MeshCommand.LeaseAddress("r", NOON)));
    assertEquals("10.200.0.3", add(mesh, peer("w1", 1)));
    assertEquals("10.200.0.2", add(mesh, peer("w2", 2, "10.200.0.2")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.201.0.1 | address 10.201.0.1 is outside of 10.200.0.0/16",
        "fd00::1 | address fd00::1 is outside of 10.200.0.0/16",
        "10.200.0.0 | address 10.200.0.0 is the network address of 10.200.0.0/16",
        "10.200.255.255 | address 10.200.255.255 is the broadcast address of 10.200.0.0/16",
        "10.200.0.1 | address 10.200.0.1 is taken: it is this node's own",
        "10.200.0.2 | address 10.200.0.2 is taken by peer 'w1'",
      })
  void explicitAddressIsRefusedRatherThanReplaced(String address, String message) {
    MeshState mesh = leader("10.200.0.0/16");
    add(mesh, peer("w1", 1));
    assertRefused(mesh, peer("w2", 2, address), message);
  }

  @Test
  void whatIdentifiesAPeerIsUnique() {
    MeshState mesh = leader("10.200.0.0/16");
    add(mesh, peer("w1", 1).withHostname("Web"));
    assertRefused(
        mesh, peer("w2", OWN_KEY), "public key '" + key(OWN_KEY) + "' is this node's own");
    assertRefused(
        mesh,
        peer("w2", 1),
        "public key '" + key(1) + "' is taken by peer 'w1': remove that peer first");
    assertRefused(
        mesh, peer("w1", 2), "node id 'w1' is taken by peer 'w1': remove that peer first");
    assertRefused(
        mesh,
        peer("w2", 2).withHostname("wEB"),
        "hostname 'wEB' is taken by peer 'w1': remove that peer first");
  }

  @Test
  void addingAPeerTwiceIsRefused() {
    MeshState mesh = leader("10.200.0.0/16");
    add(mesh, peer("w1", 1));
    assertRefused(
        mesh,
        mesh.peers().getFirst(),
        "public key '" + key(1) + "' is taken by peer 'w1': remove that peer first");
  }

  @Test
  void workerSaysWhoLeases() {
    assertRefused(
        worker(),
        peer("w2", 2),
        "no address given, and a worker can't lease one: take the address that the leader leased"
            + " and give it with --ip");
    assertThrows(MeshRefusal.class, () -> worker().apply(new MeshCommand.LeaseAddress("r", NOON)));
  }

  @Test
  void fullNetworkSaysWhatIsLeasedAndWhatRests() {
    MeshState mesh = leader("10.200.0.0/29");
    for (int i = 1; i <= 5; i++) {
      add(mesh, peer("w" + i, i));
    }
    remove(mesh, 3, NOON);
    assertRefused(
        mesh,
        peer("w6", 6),
        "network 10.200.0.0/29 has no free address: 5 leased, 1 resting for up to 300 s");
    assertEquals("10.200.0.4", add(mesh, peer("w6", 6), NOON.plus(REST)));
  }

  @Test
  void takesInNoMorePeersThanItsBound() {
    MeshState mesh = leader("10.0.0.0/8");
    for (int i = 1; i <= MeshState.MAX_PEERS; i++) {
      add(mesh, peer("w" + i, i));
    }
    assertRefused(
        mesh,
        peer("one-more", MeshState.MAX_PEERS + 1),
        "the mesh has 65536 peers: that is the most it takes in");
  }

  @Test
  void removedPeerIsGoneAndItsAddressRests() {
    MeshState mesh = leader("10.200.0.0/16");
    add(mesh, peer("w1", 1).withHostname("web"));
    PeerConfig added = mesh.peers().getFirst();
    assertEquals(List.of(new MeshEvent.PeerRemoved(added)), remove(mesh, 1, NOON));
    assertEquals(Optional.empty(), mesh.find("w1"));
    assertEquals(Optional.empty(), mesh.find("web"));
    assertEquals(Optional.empty(), mesh.find(key(1)));
    assertEquals(Optional.empty(), mesh.peerByAddress(ip("10.200.0.2")));
    assertEquals("10.200.0.3", add(mesh, peer("w2", 2)));
    assertEquals("10.200.0.2", add(mesh, peer("w1", 1, "10.200.0.2").withHostname("web")));
  }

  @Test
  void removalOfAStrangerIsRefused() {
    MeshState mesh = leader("10.200.0.0/16");
    MeshSnapshot before = mesh.snapshot();
    var refusal = assertThrows(MeshRefusal.class, () -> remove(mesh, 9, NOON));
    assertEquals("no peer has the public key " + key(9), refusal.getMessage());
    assertEquals(before, mesh.snapshot());
  }

  @Test
  void findsPeersByEverythingThatIsUnique() {
    MeshState mesh = leader("10.200.0.0/16");
    add(mesh, peer("w1", 1).withHostname("web"));
    Optional<PeerConfig> peer = Optional.of(mesh.peers().getFirst());
    assertEquals(peer, mesh.find(key(1)));
    assertEquals(peer, mesh.find("w1"));
    assertEquals(peer, mesh.find("WEB"));
    assertEquals(peer, mesh.peerByPublicKey(publicKey(1)));
    assertEquals(peer, mesh.peerByNodeId("w1"));
    assertEquals(peer, mesh.peerByHostname("web"));
    assertEquals(peer, mesh.peerByAddress(ip("10.200.0.2")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.200.0.1/32", "fd00::1/128"})
  void meshNeedsRoomForTwo(String network) {
    Cidr cidr = Cidr.parse(network);
    MeshNode node = new MeshNode(cidr, cidr.network(), publicKey(OWN_KEY), true, Optional.empty());
    var refusal = assertThrows(MeshRefusal.class, () -> MeshState.create(node, REST));
    assertEquals(
        "network "
            + network
            + " has room for 1 node: a mesh needs a leader and at least one worker",
        refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.4/31, 10.0.0.5", "10.0.0.4/30, 10.0.0.6", "fd00:200::/127, fd00:200::1"})
  void smallestMeshHasALeaderAndAWorker(String network, String worker) {
    assertEquals(worker, add(leader(network), peer("w1", 1)));
  }

  @Test
  void addressesInUseCountAsLeasedEvenWhereTheLeasesLackThem() {
    MeshSnapshot snapshot =
        new MeshSnapshot(
            node("10.200.0.0/16", true),
            List.of(peer("w1", 1, "10.200.0.2")),
            Optional.of(new IpAllocatorState(Cidr.parse("10.200.0.0/16"), List.of(), Map.of())),
            Map.of(),
            3,
            14);
    MeshState mesh = MeshState.restore(snapshot, REST);
    assertEquals("10.200.0.3", add(mesh, peer("w2", 2)));
    assertEquals(3, mesh.epoch());
    assertEquals(15, mesh.revision());
  }

  @Test
  void leasesFromThePartOfTheNetworkThatTheLeasesName() {
    MeshSnapshot snapshot =
        new MeshSnapshot(
            node("10.200.0.0/16", true),
            List.of(peer("w1", 1, "10.200.0.9")),
            Optional.of(new IpAllocatorState(Cidr.parse("10.200.7.0/24"), List.of(), Map.of())),
            Map.of(),
            0,
            0);
    MeshState mesh = MeshState.restore(snapshot, REST);
    assertEquals("10.200.7.1", add(mesh, peer("w2", 2)));
    assertRefused(mesh, peer("w3", 3, "10.200.0.9"), "address 10.200.0.9 is taken by peer 'w1'");
    remove(mesh, 1, NOON);
    assertEquals("10.200.0.9", add(mesh, peer("w3", 3, "10.200.0.9")));
  }

  @Test
  void refusesASnapshotThatContradictsItself() {
    assertEquals(
        "node id 'w1' is taken by peer 'w1': remove that peer first",
        restoreRefusal(peer("w1", 1, "10.200.0.2"), peer("w1", 2, "10.200.0.3")));
    assertEquals(
        "address 10.200.0.2 is taken by peer 'w1'",
        restoreRefusal(peer("w1", 1, "10.200.0.2"), peer("w2", 2, "10.200.0.2")));
    assertEquals("peer 'w1' has no address", restoreRefusal(peer("w1", 1)));
    assertEquals(
        "address 10.201.0.2 is outside of 10.200.0.0/16",
        restoreRefusal(peer("w1", 1, "10.201.0.2")));
  }

  @Test
  void slicesAreNeverLeasedToOthers() {
    MeshSnapshot snapshot =
        new MeshSnapshot(
            node("10.200.0.0/24", true),
            List.of(peer("w1", 1, "10.200.0.130").withSlice(Cidr.parse("10.200.0.128/28"))),
            Optional.empty(),
            Map.of("gone", Cidr.parse("10.200.0.0/28"), "w1", Cidr.parse("10.200.0.128/28")),
            0,
            0);
    MeshState mesh = MeshState.restore(snapshot, REST);
    assertEquals("10.200.0.16", add(mesh, peer("w2", 2)));
    assertRefused(
        mesh,
        peer("w3", 3, "10.200.0.2"),
        "address 10.200.0.2 is taken: it is in 10.200.0.0/28, the slice of 'gone'");
    assertRefused(
        mesh,
        peer("w3", 3).withSlice(Cidr.parse("10.200.0.128/25")),
        "slice 10.200.0.128/25 overlaps 10.200.0.128/28, which is the slice of 'w1'");
    assertEquals("10.200.0.2", add(mesh, peer("gone", 4, "10.200.0.2")));
  }

  @Test
  void sliceOfARemovedPeerIsFreeAgain() {
    MeshState mesh = leader("10.200.0.0/28");
    add(mesh, peer("w1", 1, "10.200.0.14").withSlice(Cidr.parse("10.200.0.8/30")));
    assertEquals(8, mesh.availableCount());
    remove(mesh, 1, NOON);
    assertEquals(12, mesh.availableCount());
  }

  @Test
  void sameCommandsGiveTheSameState() {
    for (long seed = 1; seed <= 50; seed++) {
      MeshState one = leader("10.200.0.0/27");
      MeshState two = leader("10.200.0.0/27");
      Random random = new Random(seed);
      for (int step = 0; step < 200; step++) {
        MeshCommand command = randomCommand(random, step);
        String outcome = outcome(one, command);
        assertEquals(outcome, outcome(two, command), "seed " + seed + ", step " + step);
        two = MeshState.restore(two.snapshot(), REST);
        assertEquals(one.snapshot(), two.snapshot(), "seed " + seed + ", step " + step);
      }
    }
  }

  private static MeshCommand randomCommand(Random random, int step) {
    Instant time = NOON.plusSeconds(40L * step);
    int number = 1 + random.nextInt(40);
    return switch (random.nextInt(5)) {
      case 0, 1 -> new MeshCommand.RemovePeer("r" + step, time, publicKey(number));
      case 2 ->
          new MeshCommand.AddPeer(
              "r" + step, time, peer("w" + number, number, "10.200.0." + random.nextInt(33)));
      default -> new MeshCommand.AddPeer("r" + step, time, peer("w" + number, number));
    };
  }

  private static String outcome(MeshState mesh, MeshCommand command) {
    MeshSnapshot before = mesh.snapshot();
    try {
      return mesh.apply(command).toString();
    } catch (MeshRefusal e) {
      assertEquals(before, mesh.snapshot());
      return e.getMessage();
    }
  }

  private static String restoreRefusal(PeerConfig... peers) {
    MeshSnapshot snapshot =
        new MeshSnapshot(
            node("10.200.0.0/16", true), List.of(peers), Optional.empty(), Map.of(), 0, 0);
    return assertThrows(MeshRefusal.class, () -> MeshState.restore(snapshot, REST)).getMessage();
  }

  private static void assertRefused(MeshState mesh, PeerConfig peer, String message) {
    MeshSnapshot before = mesh.snapshot();
    var refusal = assertThrows(MeshRefusal.class, () -> add(mesh, peer));
    assertEquals(message, refusal.getMessage());
    assertEquals(before, mesh.snapshot());
  }

  private static String add(MeshState mesh, PeerConfig peer) {
    return add(mesh, peer, NOON);
  }

  private static String add(MeshState mesh, PeerConfig peer, Instant time) {
    mesh.apply(new MeshCommand.AddPeer("r", time, peer));
    PeerConfig added = mesh.peerByPublicKey(peer.publicKey()).orElseThrow();
    return IpText.format(added.overlayIp().orElseThrow());
  }

  private static List<MeshEvent> remove(MeshState mesh, int number, Instant time) {
    return mesh.apply(new MeshCommand.RemovePeer("r", time, publicKey(number)));
  }

  private static MeshState leader(String network) {
    return MeshState.create(node(network, true), REST);
  }

  private static MeshState worker() {
    return MeshState.create(node("10.200.0.0/16", false), REST);
  }

  private static MeshNode node(String network, boolean leader) {
    Cidr cidr = Cidr.parse(network);
    return new MeshNode(
        cidr, HostRange.of(cidr).firstHost(), publicKey(OWN_KEY), leader, Optional.empty());
  }

  private static PeerConfig peer(String nodeId, int number) {
    return PeerConfig.of(nodeId, key(number));
  }

  private static PeerConfig peer(String nodeId, int number, String address) {
    return peer(nodeId, number).withOverlayIp(ip(address));
  }

  private static InetAddress ip(String text) {
    return IpText.parse(text);
  }
}
