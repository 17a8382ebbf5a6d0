package dev.zlayer.overlay.mesh;

import static dev.zlayer.overlay.SampleKeys.key;
import static dev.zlayer.overlay.SampleKeys.presharedKey;
import static dev.zlayer.overlay.SampleKeys.publicKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
  private static final Instant FORGOTTEN = NOON.plusSeconds(600 + 3600);
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
            "r",
            time,
            publicKey(INVITE + invite),
            publicKey(member),
            presharedKey(member),
            Optional.empty()));
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

  private List<State> states() {
    return mesh.invites().stream().map(Invite::state).toList();
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
    assertEquals(Optional.of(presharedKey(1)), member.presharedKey());
    assertTrue(mesh.isEnrolled(publicKey(1)));
    assertEquals(State.REDEEMED, state(1));
    mesh.apply(new MeshCommand.ConfirmMember("r", NOON, publicKey(1)));
    assertEquals(State.USED, state(1));
    // Whoever comes with the token again is told so, for which its identity keeps its address.
    assertEquals(3, mesh.leasedCount());
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
    assertFalse(mesh.isEnrolled(publicKey(1)));
    mesh.apply(new MeshCommand.ExpireInvites("r", FORGOTTEN));
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
    assertEquals(List.of(State.EXPIRED, State.EXPIRED, State.USED, State.USED), states());
    assertRefused("expired", () -> redeem(1, 1, LATER));
    // The one that was never heard of is gone too.
    assertEquals(List.of(publicKey(4)), mesh.peers().stream().map(PeerConfig::publicKey).toList());
    assertEquals(2 + 4, mesh.leasedCount());
    mesh.apply(new MeshCommand.ExpireInvites("r", FORGOTTEN));
    assertEquals(List.of(), mesh.invites());
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
        now = now.plusSeconds(random.nextInt(random.nextInt(8) == 0 ? 1800 : 60));
        String replay = "seed " + seed + ", step " + step;
        assertEquals(
            model.step(new Random(seed * 1000 + step), now), step(seed, step, now), replay);
        assertEquals(model.members, members(), replay);
        mesh = MeshState.restore(mesh.snapshot(), REST);
        assertNoAddressTwice(replay);
      }
      now = now.plus(Duration.ofHours(2));
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
      held.add(invite.temporaryIp());
      expected++;
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

    private enum Phase {
      OPEN,
      REDEEMED,
      CONFIRMED,
      REVOKED,
      EXPIRED
    }

    private record Token(Instant expiresAt, Phase phase, int member) {}

    final Set<Integer> members = new HashSet<>();
    private final Map<Integer, Token> tokens = new HashMap<>();

    /** Whether it is allowed; then it is done. */
    boolean step(Random random, Instant now) {
      int action = random.nextInt(6);
      int invite = 1 + random.nextInt(KEYS);
      int member = 1 + random.nextInt(KEYS);
      return switch (action) {
        case 0 ->
            tokens.putIfAbsent(invite, new Token(now.plusSeconds(600), Phase.OPEN, 0)) == null;
        case 1, 2 -> redeem(invite, member, now);
        case 3 -> confirm(member);
        case 4 -> members.contains(member) && confirm(member) && members.remove(member);
        default -> random.nextBoolean() ? revoke(invite) : expire(now);
      };
    }

    private boolean redeem(int invite, int member, Instant now) {
      Token token = tokens.get(invite);
      if (token == null) {
        return false;
      }
      if (token.phase != Phase.OPEN) {
        return token.member == member && members.contains(member);
      }
      if (!now.isBefore(token.expiresAt) || !members.add(member)) {
        return false;
      }
      tokens.put(invite, new Token(token.expiresAt, Phase.REDEEMED, member));
      return true;
    }

    private boolean confirm(int member) {
      tokens.replaceAll((invite, token) ->
          token.phase == Phase.REDEEMED && token.member == member
              ? new Token(token.expiresAt, Phase.CONFIRMED, member)
              : token);
      return true;
    }

    private boolean revoke(int invite) {
      Token token = tokens.get(invite);
      if (token == null || token.phase != Phase.OPEN) {
        return false;
      }
      tokens.put(invite, new Token(token.expiresAt, Phase.REVOKED, 0));
      return true;
    }

    private boolean expire(Instant now) {
      tokens.replaceAll((invite, token) -> now.isBefore(token.expiresAt) ? token : ended(token));
      tokens.values().removeIf(token -> !now.isBefore(token.expiresAt.plusSeconds(3600)));
      return true;
    }

    private Token ended(Token token) {
      return switch (token.phase) {
        case OPEN -> new Token(token.expiresAt, Phase.EXPIRED, 0);
        case REDEEMED -> {
          members.remove(token.member);
          yield new Token(token.expiresAt, Phase.CONFIRMED, token.member);
        }
        case CONFIRMED, REVOKED, EXPIRED -> token;
      };
    }
  }
}
