package dev.zlayer.overlay.map;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.PairKeys;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The leader's mesh as a map, and what each member is dealt of it. */
public final class LeaderMap {
  /** Keys of another generation come when keys are renewed, which isn't there yet. */
  public static final int GENERATION = 0;

  private LeaderMap() {}

  /**
   * Every member, the leader first, without preshared keys.
   *
   * @param endpoint where the leader says that it is reached
   * @param observed where peers were last heard
   */
  public static List<Member> members(
      MeshSnapshot mesh, Optional<HostPort> endpoint, Map<PublicKey, HostPort> observed) {
    List<Member> members = new ArrayList<>(mesh.peers().size() + 1);
    members.add(Member.leader(mesh.node(), endpoint));
    for (PeerConfig peer : mesh.peers()) {
      PublicKey key = peer.publicKey();
      members.add(
          Member.of(peer, Optional.ofNullable(observed.get(key)), mesh.enrolled().contains(key)));
    }
    return members;
  }

  /**
   * A change with the preshared keys of one recipient: with the leader the one that both were
   * given, with others that enrolled a derived one, as far as it enrolled itself.
   */
  public static MapChange dealtTo(
      PeerConfig recipient, boolean enrolled, MapChange change, PairKeys keys) {
    return change.withMembers(
        change.members().stream()
            .map(member -> member.withPresharedKey(presharedKey(recipient, enrolled, member, keys)))
            .toList());
  }

  private static Optional<PresharedKey> presharedKey(
      PeerConfig recipient, boolean enrolled, Member member, PairKeys keys) {
    if (member.isLeader()) {
      return recipient.presharedKey();
    }
    return enrolled && member.enrolled() && !member.publicKey().equals(recipient.publicKey())
        ? Optional.of(keys.between(recipient.publicKey(), member.publicKey(), GENERATION))
        : Optional.empty();
  }
}
