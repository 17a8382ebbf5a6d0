package dev.zlayer.overlay.mesh;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.PeerConfig;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The invites that aren't forgotten yet, and what they promise: nobody else is given that. */
final class InviteTable {
  /** The most invites that aren't forgotten yet, used and revoked ones included. */
  static final int MAX_INVITES = 1024;

  private final Map<PublicKey, Invite> byPublicKey = new LinkedHashMap<>();

  List<Invite> inOrder() {
    return List.copyOf(byPublicKey.values());
  }

  Optional<Invite> byPublicKey(PublicKey publicKey) {
    return Optional.ofNullable(byPublicKey.get(publicKey));
  }

  boolean contains(PublicKey publicKey) {
    return byPublicKey.containsKey(publicKey);
  }

  /** Adds an invite, or replaces the one with its key. */
  void put(Invite invite) {
    byPublicKey.put(invite.publicKey(), invite);
  }

  void remove(PublicKey publicKey) {
    byPublicKey.remove(publicKey);
  }

  void restore(Invite invite) {
    if (byPublicKey.size() == MAX_INVITES || contains(invite.publicKey())) {
      throw new MeshRefusal("invites are too many, or one is there twice");
    }
    put(invite);
  }

  /** The invite that made {@code member} one, as long as it wasn't heard of. */
  Optional<Invite> redeemedBy(PublicKey member) {
    return byPublicKey.values().stream()
        .filter(invite -> invite.state() == Invite.State.REDEEMED)
        .filter(invite -> invite.member().equals(Optional.of(member)))
        .findFirst();
  }

  Invite require(PublicKey publicKey) {
    return byPublicKey(publicKey)
        .orElseThrow(
            () -> new MeshRefusal("there is no such invite: it may have expired long ago"));
  }

  void requireRoom() {
    if (byPublicKey.size() == MAX_INVITES) {
      throw new MeshRefusal(
          "there are " + MAX_INVITES + " invites: wait until some of them expire");
    }
  }

  /** Checks that nothing of a peer that is added by hand is an invite's, or promised by one. */
  void requireUnpromised(PeerConfig peer) {
    if (contains(peer.publicKey())) {
      throw new MeshRefusal("public key '" + peer.publicKey() + "' is that of an invite");
    }
    requireUnpromised(peer.nodeId());
    peer.hostname().ifPresent(this::requireUnpromised);
  }

  void requireUnpromised(String name) {
    for (Invite invite : byPublicKey.values()) {
      if (invite.state() == Invite.State.OPEN
          && invite.name().filter(name::equalsIgnoreCase).isPresent()) {
        throw new MeshRefusal("name '" + name + "' is promised by an invite: revoke it first");
      }
    }
  }

  void requireUnpromised(InetAddress address) {
    if (hasSetAside(address)) {
      throw new MeshRefusal(
          "address " + IpText.format(address) + " is set aside for an invite: revoke it first");
    }
  }

  /** Whether an address is a temporary identity's, or promised to a member to be. */
  boolean hasSetAside(InetAddress address) {
    return byPublicKey.values().stream()
        .anyMatch(invite ->
            invite.temporaryIp().equals(address)
                || (invite.state() == Invite.State.OPEN
                    && invite.memberIp().equals(Optional.of(address))));
  }
}
