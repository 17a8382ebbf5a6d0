package dev.zlayer.overlay.mesh;

import static dev.zlayer.overlay.SampleKeys.key;
import static dev.zlayer.overlay.SampleKeys.presharedKey;
import static dev.zlayer.overlay.SampleKeys.publicKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.mesh.Invite.State;
import dev.zlayer.wireguard.Cidr;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** From an invite to a member, and every way in which it may not come to that. */
class InvitesTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final Instant LATER = NOON.plusSeconds(3600);
  private static final Duration REST = Duration.ofMinutes(5);
  private static final int INVITE = 100;

  private MeshState mesh = leader();

  private static MeshState leader() {
    return MeshState.create(node(true), REST);
  }

  private static MeshNode node(boolean leader) {
    return new MeshNode(
        Cidr.parse("10.200.0.0/24"),
        IpText.parse(leader ? "10.200.0.1" : "10.200.0.77"),
        publicKey(0),
        leader,
        Optional.empty());
  }

  private Invite issue(int number, Optional<String> ip, Optional<String> name, Instant time) {
    List<MeshEvent> events =
        mesh.apply(
            new MeshCommand.IssueInvite(
                "r",
                time,
                publicKey(INVITE + number),
                presharedKey(number),
                ip.map(IpText::parse),
                name,
                time.plusSeconds(600)));
    return ((MeshEvent.InviteIssued) events.getFirst()).invite();
  }

  private Invite issue(int number) {
    return issue(number, Optional.empty(), Optional.empty(), NOON);
  }

  private List<MeshEvent> redeem(int invite, int member, Instant time) {
    return mesh.apply(
        new MeshCommand.RedeemInvite(
            "r", time, publicKey(INVITE + invite), publicKey(member), Optional.empty()));
  }

  private PeerConfig redeemed(int invite, int member) {
    return ((MeshEvent.InviteRedeemed) redeem(invite, member, NOON).getLast()).peer();
  }

  private State state(int invite) {
    return mesh.invites().stream()
        .filter(one -> one.publicKey().equals(publicKey(INVITE + invite)))
        .map(Invite::state)
        .findFirst()
        .orElseThrow();
  }

  private void assertRefused(String reason, Runnable work) {
    MeshSnapshot before = mesh.snapshot();
    String message = assertThrows(MeshRefusal.class, work::run).getMessage();
    assertTrue(message.contains(reason), message);
    assertEquals(before, mesh.snapshot());
  }

  @Test
  void aTokenMakesOneMember() {
    assertEquals("10.200.0.2", IpText.format(issue(1).temporaryIp()));
    PeerConfig member = redeemed(1, 1);
    assertEquals("10.200.0.3", IpText.format(member.overlayIp().orElseThrow()));
    assertEquals("node-10-200-0-3", member.nodeId());
    assertEquals(State.REDEEMED, state(1));
    mesh.apply(new MeshCommand.ConfirmMember("r", NOON, publicKey(1)));
    assertEquals(State.USED, state(1));
    assertEquals(2, mesh.leasedCount());
    assertRefused("used", () -> redeem(1, 2, NOON));
  }

  @Test
  void aLostAnswerCanBeAskedForAgain() {
    issue(1);
    PeerConfig first = redeemed(1, 1);
    assertEquals(first, redeemed(1, 1));
    mesh.apply(new MeshCommand.ConfirmMember("r", NOON, publicKey(1)));
    assertEquals(first, redeemed(1, 1));
    assertEquals(1, mesh.peers().size());
  }

  @Test
  void nameAndAddressAreKeptForTheMember() {
    issue(1, Optional.of("10.200.0.9"), Optional.of("web"), NOON);
    assertRefused("set aside", () -> issue(2, Optional.of("10.200.0.9"), Optional.empty(), NOON));
    assertRefused("promised", () -> issue(2, Optional.empty(), Optional.of("WEB"), NOON));
    assertRefused("outside", () -> issue(2, Optional.of("10.201.0.9"), Optional.empty(), NOON));
    PeerConfig member = redeemed(1, 1);
    assertEquals("web", member.nodeId());
    assertEquals(Optional.of("web"), member.hostname());
    assertEquals("10.200.0.9", IpText.format(member.overlayIp().orElseThrow()));
    assertRefused("taken", () -> issue(2, Optional.empty(), Optional.of("web"), NOON));
  }

  @Test
  void eachRefusalHasItsReason() {
    issue(1);
    issue(2);
    issue(3);
    mesh.apply(new MeshCommand.RevokeInvite("r", NOON, publicKey(INVITE + 1)));
    redeemed(2, 2);
    assertRefused("revoked", () -> redeem(1, 1, NOON));
    assertRefused("used", () -> redeem(2, 3, NOON));
    assertRefused("expired", () -> redeem(3, 3, LATER));
    assertRefused("no such invite", () -> redeem(9, 3, NOON));
    assertRefused("is that of peer", () -> redeem(3, 2, NOON));
    assertRefused("in use", () -> redeem(3, 0, NOON));
    assertRefused("in use", () -> redeem(3, INVITE + 3, NOON));
    assertRefused(
        "used: remove",
        () -> mesh.apply(new MeshCommand.RevokeInvite("r", NOON, publicKey(INVITE + 2))));
    assertRefused("in use", () -> issue(3));
  }

  @Test
  void aRemovedMemberDoesNotComeBackByItsToken() {
    issue(1);
    redeemed(1, 1);
    mesh.apply(new MeshCommand.RemovePeer("r", NOON, publicKey(1)));
    assertEquals(State.USED, state(1));
    assertRefused("used", () -> redeem(1, 1, NOON));
    assertEquals(1, mesh.leasedCount());
  }

  @Test
  void whatIsPromisedIsNotGivenToAPeerAddedByHand() {
    Invite web = issue(1, Optional.of("10.200.0.9"), Optional.of("web"), NOON);
    PeerConfig hand = PeerConfig.of("hand", key(5));
    assertRefused("set aside", () -> add(hand.withOverlayIp(IpText.parse("10.200.0.9"))));
    assertRefused("set aside", () -> add(hand.withOverlayIp(web.temporaryIp())));
    assertRefused(
        "set aside",
        () -> mesh.apply(new MeshCommand.ReleaseAddress("r", NOON, web.temporaryIp())));
    assertRefused("promised", () -> add(hand.withHostname("Web")));
    assertRefused("promised", () -> add(PeerConfig.of("web", key(5))));
    assertRefused("that of an invite", () -> add(PeerConfig.of("hand", key(INVITE + 1))));
    add(PeerConfig.of("node-10-200-0-4", key(6)));
    issue(2);
    assertEquals("node-10-200-0-5", redeemed(2, 2).nodeId());
    add(PeerConfig.of("node-10-200-0-7", key(7)));
    issue(3);
    assertEquals("node-10-200-0-8", redeemed(3, 3).nodeId());
  }

  private void add(PeerConfig peer) {
    mesh.apply(new MeshCommand.AddPeer("r", NOON, peer));
  }

  @Test
  void anInviteNeedsRoomForBothItsAddresses() {
    MeshNode node =
        new MeshNode(
            Cidr.parse("10.200.0.0/30"),
            IpText.parse("10.200.0.1"),
            publicKey(0),
            true,
            Optional.empty());
    mesh = MeshState.create(node, REST);
    assertRefused(
        "no free address", () -> issue(1, Optional.of("10.200.0.2"), Optional.empty(), NOON));
    issue(1);
    assertRefused("no free address", () -> redeemed(1, 1));
    assertRefused("no free address", () -> issue(2));
  }

  @Test
  void whatExpiresLeavesNothing() {
    issue(1);
    issue(2, Optional.of("10.200.0.9"), Optional.empty(), NOON);
    issue(3);
    redeemed(3, 3);
    issue(4);
    redeemed(4, 4);
    mesh.apply(new MeshCommand.ConfirmMember("r", NOON, publicKey(4)));
    mesh.apply(new MeshCommand.ExpireInvites("r", LATER));
    assertEquals(List.of(), mesh.invites());
    // The one that was never heard of is gone too.
    assertEquals(List.of(publicKey(4)), mesh.peers().stream().map(PeerConfig::publicKey).toList());
    assertEquals(2, mesh.leasedCount());
  }

  @Test
  void aWorkerInvitesNobody() {
    mesh = MeshState.create(node(false), REST);
    assertRefused("worker", () -> issue(1));
  }

  /** Beside it a model that knows who is a member and which tokens may still make one. */
  @Test
  void agreesWithAPlainModelOverRestartsToo() {
    for (long seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      mesh = leader();
      Model model = new Model();
      Instant now = NOON;
      for (int step = 0; step < 150; step++) {
        now = now.plusSeconds(random.nextInt(60));
        String replay = "seed " + seed + ", step " + step;
        assertEquals(
            model.step(new Random(seed * 1000 + step), now), step(seed, step, now), replay);
        assertEquals(model.members.keySet(), members(), replay);
        mesh = MeshState.restore(mesh.snapshot(), REST);
        assertNoAddressTwice(replay);
      }
      now = now.plus(Duration.ofHours(1));
      mesh.apply(new MeshCommand.ExpireInvites("r", now));
      for (PeerConfig peer : mesh.peers()) {
        mesh.apply(new MeshCommand.RemovePeer("r", now, peer.publicKey()));
      }
      assertEquals(1, mesh.leasedCount(), "seed " + seed);
    }
  }

  private Set<Integer> members() {
    Set<Integer> members = new HashSet<>();
    for (int key = 1; key <= Model.KEYS; key++) {
      if (mesh.peerByPublicKey(publicKey(key)).isPresent()) {
        members.add(key);
      }
    }
    return members;
  }

  private void assertNoAddressTwice(String replay) {
    Set<Object> held = new HashSet<>(Set.of(mesh.node().address()));
    int expected = 1;
    for (PeerConfig peer : mesh.peers()) {
      held.add(peer.overlayIp().orElseThrow());
      expected++;
    }
    for (Invite invite : mesh.invites()) {
      if (invite.isAlive()) {
        held.add(invite.temporaryIp());
        expected++;
      }
    }
    assertEquals(expected, held.size(), replay);
    assertEquals(expected, mesh.leasedCount(), replay);
  }

  /** Does with the mesh what the model does by the same dice. */
  private boolean step(long seed, int step, Instant now) {
    Random random = new Random(seed * 1000 + step);
    int action = random.nextInt(6);
    int invite = 1 + random.nextInt(Model.KEYS);
    int member = 1 + random.nextInt(Model.KEYS);
    try {
      switch (action) {
        case 0 -> issue(invite, Optional.empty(), Optional.empty(), now);
        case 1, 2 -> redeem(invite, member, now);
        case 3 -> mesh.apply(new MeshCommand.ConfirmMember("r", now, publicKey(member)));
        case 4 -> mesh.apply(new MeshCommand.RemovePeer("r", now, publicKey(member)));
        default -> {
          if (random.nextBoolean()) {
            mesh.apply(new MeshCommand.RevokeInvite("r", now, publicKey(INVITE + invite)));
          } else {
            mesh.apply(new MeshCommand.ExpireInvites("r", now));
          }
        }
      }
      return true;
    } catch (MeshRefusal e) {
      return false;
    }
  }

  private static final class Model {
    static final int KEYS = 6;

    private record Token(Instant expiresAt, int member, boolean confirmed, boolean revoked) {}

    final Map<Integer, Integer> members = new HashMap<>();
    private final Map<Integer, Token> tokens = new HashMap<>();

    /** Whether it is allowed; then it is done. */
    boolean step(Random random, Instant now) {
      int action = random.nextInt(6);
      int invite = 1 + random.nextInt(KEYS);
      int member = 1 + random.nextInt(KEYS);
      return switch (action) {
        case 0 ->
            tokens.putIfAbsent(invite, new Token(now.plusSeconds(600), 0, false, false)) == null;
        case 1, 2 -> redeem(invite, member, now);
        case 3 -> confirm(member);
        case 4 -> members.containsKey(member) && confirm(member) && members.remove(member) != null;
        default -> random.nextBoolean() ? revoke(invite) : expire(now);
      };
    }

    private boolean redeem(int invite, int member, Instant now) {
      Token token = tokens.get(invite);
      if (token == null || token.revoked) {
        return false;
      }
      if (token.member != 0) {
        return token.member == member && members.containsKey(member);
      }
      if (!now.isBefore(token.expiresAt) || members.containsKey(member)) {
        return false;
      }
      members.put(member, invite);
      tokens.put(invite, new Token(token.expiresAt, member, false, false));
      return true;
    }

    private boolean confirm(int member) {
      tokens.replaceAll((invite, token) ->
          token.member == member && member != 0
              ? new Token(token.expiresAt, member, true, false)
              : token);
      return true;
    }

    private boolean revoke(int invite) {
      Token token = tokens.get(invite);
      if (token == null || token.member != 0 || token.revoked) {
        return false;
      }
      tokens.put(invite, new Token(token.expiresAt, 0, false, true));
      return true;
    }

    private boolean expire(Instant now) {
      tokens
          .values()
          .removeIf(token -> {
            boolean over = !now.isBefore(token.expiresAt);
            if (over && token.member != 0 && !token.confirmed) {
              members.remove(token.member);
            }
            return over;
          });
      return true;
    }
  }
}
