package dev.zlayer.overlay;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.mesh.Invite;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * An invite, without its secrets.
 *
 * @param publicKey of the token's temporary identity, by which it is known
 * @param state {@code open}, {@code redeemed} as long as its member wasn't heard of, {@code used},
 *     {@code revoked} or {@code expired}
 * @param name that it promises
 * @param ip the address that it promises
 * @param member who came with it
 */
public record InviteDescription(
    PublicKey publicKey,
    String state,
    Optional<String> name,
    Optional<InetAddress> ip,
    Instant expiresAt,
    Optional<PublicKey> member) {
  public InviteDescription {
    Objects.requireNonNull(publicKey);
    Objects.requireNonNull(state);
    Objects.requireNonNull(name);
    Objects.requireNonNull(ip);
    Objects.requireNonNull(expiresAt);
    Objects.requireNonNull(member);
  }

  static InviteDescription of(Invite invite, Instant now) {
    Invite.State state =
        invite.state() == Invite.State.OPEN && !now.isBefore(invite.expiresAt())
            ? Invite.State.EXPIRED
            : invite.state();
    return new InviteDescription(
        invite.publicKey(),
        state.name().toLowerCase(Locale.ROOT),
        invite.name(),
        invite.memberIp(),
        invite.expiresAt(),
        invite.member());
  }
}
