package dev.zlayer.overlay.mesh;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.PeerConfig;
import java.util.List;
import java.util.Optional;

/**
 * Where a leader's membership is kept: it makes commands durable and puts them into an order. The
 * leader's own file today; the port for others to come. Thread safe.
 */
public interface Membership {
  /** Whose membership it is. */
  MeshNode node();

  /** The whole of it. */
  MeshSnapshot snapshot();

  /** The peer with this key. */
  Optional<PeerConfig> peer(PublicKey publicKey);

  /** The invite whose temporary identity has this key, unless it is forgotten. */
  Optional<Invite> invite(PublicKey publicKey);

  /** Whether the peer with this key came by an invite. */
  boolean isEnrolled(PublicKey publicKey);

  /**
   * Follows a command; what it changed is durable on return.
   *
   * @throws MeshRefusal if the mesh can't follow it; nothing has changed then
   */
  List<MeshEvent> submit(MeshCommand command);
}
