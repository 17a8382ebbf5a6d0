package dev.zlayer.overlay.mesh;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An invitation for one joiner, as the leader keeps it: the public half of a temporary WireGuard
 * identity and what its redemption gives. It stays, used or not, until {@link #AFTERLIFE} after its
 * expiry, so that whoever comes with it is told what became of it.
 *
 * @param publicKey of the temporary identity; the invite is known by it
 * @param presharedKey between that and the leader; never printed
 * @param temporaryIp the address of the temporary identity, leased as long as the invite is there
 * @param memberIp the address that the member will have, set aside while the invite is open; empty
 *     where any will do
 * @param name node id and host name of the member to be; empty where its address will do
 * @param expiresAt when nobody can redeem it any more
 * @param member who redeemed it
 */
public record Invite(
    PublicKey publicKey,
    PresharedKey presharedKey,
    InetAddress temporaryIp,
    Optional<InetAddress> memberIp,
    Optional<String> name,
    Instant expiresAt,
    State state,
    Optional<PublicKey> member) {
  /** What became of it. */
  public enum State {
    /** Nobody came with it yet. */
    OPEN,
    /** Somebody has become a member by it, and hasn't been heard of under the new key yet. */
    REDEEMED,
    /** Its member was heard of. */
    USED,
    /** The operator took it back. */
    REVOKED,
    /** Its time went by before anybody came with it. */
    EXPIRED
  }

  /** How long after its expiry it is still told that it has expired. */
  static final Duration AFTERLIFE = Duration.ofHours(1);

  public Invite {
    Objects.requireNonNull(publicKey);
    Objects.requireNonNull(presharedKey);
    Objects.requireNonNull(temporaryIp);
    Objects.requireNonNull(memberIp);
    Objects.requireNonNull(name);
    expiresAt = Instant.ofEpochSecond(expiresAt.getEpochSecond());
    boolean hasMember = state == State.REDEEMED || state == State.USED;
    if (hasMember != member.isPresent()) {
      throw new IllegalArgumentException("an invite that is " + state + " has another shape");
    }
  }

  /** Whether it may still make a member, or its member wasn't heard of yet. */
  public boolean isAlive() {
    return state == State.OPEN || state == State.REDEEMED;
  }

  boolean isExpired(Instant time) {
    return !time.isBefore(expiresAt);
  }

  /** Whether its time has brought something that {@link MeshCommand.ExpireInvites} does. */
  public boolean isDue(Instant time) {
    return (isAlive() && isExpired(time)) || isForgotten(time);
  }

  boolean isForgotten(Instant time) {
    return !time.isBefore(expiresAt.plus(AFTERLIFE));
  }

  Invite redeemedBy(PublicKey key) {
    return with(State.REDEEMED, Optional.of(key));
  }

  Invite used() {
    return with(State.USED, member);
  }

  Invite revoked() {
    return with(State.REVOKED, Optional.empty());
  }

  Invite expired() {
    return with(State.EXPIRED, Optional.empty());
  }

  private Invite with(State value, Optional<PublicKey> key) {
    return new Invite(publicKey, presharedKey, temporaryIp, memberIp, name, expiresAt, value, key);
  }
}
