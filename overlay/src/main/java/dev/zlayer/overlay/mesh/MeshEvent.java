package dev.zlayer.overlay.mesh;

import dev.zlayer.overlay.PeerConfig;
import java.net.InetAddress;

/** What a command changed. */
public sealed interface MeshEvent {
  /** A peer came in; its address is there, leased now or as it was given. */
  record PeerAdded(PeerConfig peer) implements MeshEvent {}

  /** A peer went, and a leader's lease for it ended. */
  record PeerRemoved(PeerConfig peer) implements MeshEvent {}

  /** An address was leased for a peer to come. */
  record AddressLeased(InetAddress address) implements MeshEvent {}

  /** There is a further invite. */
  record InviteIssued(Invite invite) implements MeshEvent {}

  /** An invite has made this peer a member, now or when it was redeemed first. */
  record InviteRedeemed(Invite invite, PeerConfig peer) implements MeshEvent {}

  /** An invite makes no member any more: it is used, revoked or expired. */
  record InviteEnded(Invite invite) implements MeshEvent {}

  /** An invite and its temporary identity are gone. */
  record InviteForgotten(Invite invite) implements MeshEvent {}

  /** A member is reached elsewhere, by its own word. */
  record EndpointDeclared(PeerConfig peer) implements MeshEvent {}

  /** An address that was leased for a peer to come rests now. */
  record AddressReleased(InetAddress address) implements MeshEvent {}
}
