package dev.zlayer.overlay.mesh;

import static dev.zlayer.overlay.SampleKeys.presharedKey;
import static dev.zlayer.overlay.SampleKeys.publicKey;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.mesh.Reconciliation.Action;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.Confinement;
import dev.zlayer.wireguard.PeerSettings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
  private static final Endpoint WRITTEN = Endpoint.parse("192.0.2.1:1");
  private static final Endpoint LEARNED = Endpoint.parse("198.51.100.1:1");

  @Test
  void nothingIsDoneWhereAllIsAsItShouldBe() {
    List<PeerSettings> peers = List.of(peer(1), peer(2));
    assertEquals(List.of(), Reconciliation.plan(peers, peers));
    assertEquals(List.of(), Reconciliation.plan(List.of(), List.of()));
  }

  @Test
  void removesBeforeItAddsSoThatAddressesAreFree() {
    PeerSettings successor = PeerSettings.of(publicKey(2), Cidr.parse("10.0.0.1/32"));
    assertEquals(
        List.of(new Action.Remove(publicKey(1)), new Action.Configure(successor)),
        Reconciliation.plan(List.of(successor), List.of(peer(1))));
  }

  @Test
  void keepsAnEndpointThatWasLearned() {
    PeerSettings wanted = peer(1).withEndpoint(WRITTEN);
    PeerSettings running = peer(1).withEndpoint(LEARNED);
    assertEquals(List.of(), Reconciliation.plan(List.of(wanted), List.of(running)));
    assertEquals(
        List.of(new Action.Configure(running.withPersistentKeepalive(5))),
        Reconciliation.plan(List.of(wanted.withPersistentKeepalive(5)), List.of(running)));
  }

  @Test
  void givesAnEndpointToAPeerThatHasNone() {
    PeerSettings wanted = peer(1).withEndpoint(WRITTEN);
    assertEquals(
        List.of(new Action.Configure(wanted)),
        Reconciliation.plan(List.of(wanted), List.of(peer(1))));
  }

  @Test
  void confinesAndFrees() {
    PeerSettings confined =
        peer(1).withConfinement(new Confinement(InetAddress.ofLiteral("10.0.0.9"), 443));
    assertEquals(
        List.of(new Action.Configure(confined)),
        Reconciliation.plan(List.of(confined), List.of(peer(1))));
    assertEquals(
        List.of(new Action.Configure(peer(1))),
        Reconciliation.plan(List.of(peer(1)), List.of(confined)));
    assertEquals(List.of(), Reconciliation.plan(List.of(confined), List.of(confined)));
  }

  @Test
  void followedPlanMakesTheInterfaceAsItIsWanted() {
    for (long seed = 1; seed <= 2000; seed++) {
      Random random = new Random(seed);
      List<PeerSettings> wanted = randomPeers(random);
      List<PeerSettings> running = randomPeers(random);
      Map<PublicKey, PeerSettings> result = byKey(running);
      List<Action> plan = Reconciliation.plan(wanted, running);
      for (Action action : plan) {
        switch (action) {
          case Action.Remove remove -> result.remove(remove.publicKey());
          case Action.Configure configure ->
              result.put(configure.settings().publicKey(), configure.settings());
        }
      }
      assertEquals(expected(wanted, running), result, "seed " + seed);
      assertEquals(
          List.of(),
          Reconciliation.plan(wanted, List.copyOf(result.values())),
          "a second plan, seed " + seed);
    }
  }

  /** What is wanted, but with the endpoints that the interface has already. */
  private static Map<PublicKey, PeerSettings> expected(
      List<PeerSettings> wanted, List<PeerSettings> running) {
    Map<PublicKey, PeerSettings> present = byKey(running);
    Map<PublicKey, PeerSettings> expected = new LinkedHashMap<>();
    for (PeerSettings peer : wanted) {
      Optional<Endpoint> learned =
          Optional.ofNullable(present.get(peer.publicKey())).flatMap(PeerSettings::endpoint);
      expected.put(peer.publicKey(), learned.map(peer::withEndpoint).orElse(peer));
    }
    return expected;
  }

  private static Map<PublicKey, PeerSettings> byKey(List<PeerSettings> peers) {
    Map<PublicKey, PeerSettings> byKey = new LinkedHashMap<>();
    peers.forEach(peer -> byKey.put(peer.publicKey(), peer));
    return byKey;
  }

  private static List<PeerSettings> randomPeers(Random random) {
    List<PeerSettings> peers = new ArrayList<>();
    for (int number = 1; number <= 6; number++) {
      if (random.nextBoolean()) {
        PeerSettings peer = peer(number).withPersistentKeepalive(random.nextInt(2) * 25);
        peer = random.nextBoolean() ? peer.withPresharedKey(presharedKey(random.nextInt(2))) : peer;
        peer =
            switch (random.nextInt(3)) {
              case 0 -> peer.withEndpoint(WRITTEN);
              case 1 -> peer.withEndpoint(LEARNED);
              default -> peer;
            };
        peers.add(peer);
      }
    }
    return peers;
  }

  private static PeerSettings peer(int number) {
    return PeerSettings.of(publicKey(number), Cidr.parse("10.0.0." + number + "/32"));
  }
}
