package dev.zlayer.simulation;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.mesh.Invite;
import dev.zlayer.overlay.mesh.MeshCommand;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may be a member, and which tokens may still make one: the rules in plain words, without the
 * addresses, names, tables and events that the product has besides.
 */
final class ReferenceModel {
  private static final Duration AFTERLIFE = Duration.ofHours(1);

  /** What became of a token. */
  enum Fate {
    OPEN,
    TAKEN,
    USED,
    REVOKED,
    EXPIRED
  }

  /** A token, which is known by its temporary key. */
  private static final class Token {
    final Instant expiresAt;
    Fate fate = Fate.OPEN;
    Optional<PublicKey> taker = Optional.empty();

    Token(Instant expiresAt) {
      this.expiresAt = Instant.ofEpochSecond(expiresAt.getEpochSecond());
    }
  }

  private final Map<PublicKey, Token> tokens = new HashMap<>();
  private final Set<PublicKey> members = new HashSet<>();
  private final Set<PublicKey> former = new HashSet<>();

  /** Members that came without a token, because the operator added them. */
  private final Set<PublicKey> byHand = new HashSet<>();

  /** Whose requests the leader has answered under their own keys: they know that they are in. */
  private final Set<PublicKey> answered = new HashSet<>();

  boolean isMember(PublicKey key) {
    return members.contains(key);
  }

  Set<PublicKey> members() {
    return Set.copyOf(members);
  }

  Set<PublicKey> byHand() {
    return Set.copyOf(byHand);
  }

  /** What became of a token; empty once nobody remembers. */
  Optional<Fate> fate(PublicKey token) {
    return Optional.ofNullable(tokens.get(token)).map(one -> one.fate);
  }

  /** A member was told how the mesh is. */
  void answered(PublicKey member) {
    answered.add(member);
  }

  /**
   * Whether a command may be followed now; empty where that depends on names and addresses, which
   * are none of the model's business.
   */
  Optional<Boolean> allows(MeshCommand command) {
    return switch (command) {
      case MeshCommand.IssueInvite _, MeshCommand.AddPeer _ -> Optional.empty();
      case MeshCommand.RedeemInvite redeem -> Optional.of(allows(redeem));
      case MeshCommand.RevokeInvite revoke ->
          Optional.of(fate(revoke.invite()).equals(Optional.of(Fate.OPEN)));
      case MeshCommand.RemovePeer remove -> Optional.of(isMember(remove.publicKey()));
      case MeshCommand.DeclareEndpoint declare -> Optional.of(isMember(declare.member()));
      case MeshCommand.ConfirmMember _, MeshCommand.ExpireInvites _ -> Optional.of(true);
      case MeshCommand.LeaseAddress _, MeshCommand.ReleaseAddress _ ->
          throw new IllegalArgumentException("nobody does that here: " + command);
    };
  }

  /** Once, in time, by a key that is nobody's and never was; or again by the one that it made. */
  private boolean allows(MeshCommand.RedeemInvite redeem) {
    Token token = tokens.get(redeem.invite());
    if (token == null) {
      return false;
    }
    return switch (token.fate) {
      case OPEN ->
          redeem.time().isBefore(token.expiresAt)
              && !members.contains(redeem.member())
              && !former.contains(redeem.member());
      case TAKEN, USED ->
          token.taker.equals(Optional.of(redeem.member())) && isMember(redeem.member());
      case REVOKED, EXPIRED -> false;
    };
  }

  /** A command was followed. */
  void follow(MeshCommand command) {
    switch (command) {
      case MeshCommand.AddPeer add -> {
        members.add(add.peer().publicKey());
        byHand.add(add.peer().publicKey());
      }
      case MeshCommand.IssueInvite issue ->
          tokens.put(issue.publicKey(), new Token(issue.expiresAt()));
      case MeshCommand.RedeemInvite redeem -> {
        Token token = tokens.get(redeem.invite());
        if (token.fate == Fate.OPEN) {
          token.fate = Fate.TAKEN;
          token.taker = Optional.of(redeem.member());
          members.add(redeem.member());
        }
      }
      case MeshCommand.ConfirmMember confirm -> use(confirm.member());
      case MeshCommand.RevokeInvite revoke -> tokens.get(revoke.invite()).fate = Fate.REVOKED;
      case MeshCommand.RemovePeer remove -> remove(remove.publicKey());
      case MeshCommand.ExpireInvites expire -> expire(expire.time());
      default -> {}
    }
  }

  private void use(PublicKey member) {
    for (Token token : tokens.values()) {
      if (token.fate == Fate.TAKEN && token.taker.equals(Optional.of(member))) {
        token.fate = Fate.USED;
      }
    }
  }

  private void remove(PublicKey member) {
    use(member);
    members.remove(member);
    byHand.remove(member);
    former.add(member);
  }

  private void expire(Instant now) {
    for (Token token : List.copyOf(tokens.values())) {
      if (!now.isBefore(token.expiresAt)) {
        if (token.fate == Fate.OPEN) {
          token.fate = Fate.EXPIRED;
        } else if (token.fate == Fate.TAKEN) {
          PublicKey member = token.taker.orElseThrow();
          Expect.that(!answered.contains(member), "who knows that he is in is thrown out", member);
          remove(member);
        }
      }
    }
    tokens.values().removeIf(token -> !now.isBefore(token.expiresAt.plus(AFTERLIFE)));
  }

  /** Checks that a leader's membership is this, and that it contradicts itself nowhere. */
  void expectSameAs(MeshSnapshot mesh) {
    Set<PublicKey> peers =
        mesh.peers().stream().map(PeerConfig::publicKey).collect(Collectors.toSet());
    Expect.that(peers.equals(members), "members are and should be", peers, members);
    Set<PublicKey> enrolled = new HashSet<>(members);
    enrolled.removeAll(byHand);
    Expect.that(mesh.enrolled().equals(enrolled), "who enrolled isn't who came by a token");
    Map<PublicKey, Fate> fates = new HashMap<>();
    mesh.invites().forEach(invite -> fates.put(invite.publicKey(), fateOf(invite)));
    Map<PublicKey, Fate> expected = new HashMap<>();
    tokens.forEach((key, token) -> expected.put(key, token.fate));
    Expect.that(fates.equals(expected), "tokens are and should be", fates, expected);
    expectLeases(mesh);
  }

  private static Fate fateOf(Invite invite) {
    return switch (invite.state()) {
      case OPEN -> Fate.OPEN;
      case REDEEMED -> Fate.TAKEN;
      case USED -> Fate.USED;
      case REVOKED -> Fate.REVOKED;
      case EXPIRED -> Fate.EXPIRED;
    };
  }

  /** Leased is what somebody has or was promised, and nothing has two owners. */
  private static void expectLeases(MeshSnapshot mesh) {
    List<InetAddress> owned = new ArrayList<>();
    owned.add(mesh.node().address());
    mesh.peers().forEach(peer -> owned.add(peer.overlayIp().orElseThrow()));
    for (Invite invite : mesh.invites()) {
      owned.add(invite.temporaryIp());
      if (invite.state() == Invite.State.OPEN) {
        invite.memberIp().ifPresent(owned::add);
      }
    }
    Set<InetAddress> distinct = new HashSet<>(owned);
    Expect.that(distinct.size() == owned.size(), "an address has two owners", owned);
    Set<InetAddress> leased = new HashSet<>(mesh.leases().orElseThrow().allocated());
    Expect.that(leased.equals(distinct), "what is leased isn't what is owned", leased, distinct);
  }
}
