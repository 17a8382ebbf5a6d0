package dev.zlayer.overlay.mesh;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.wireguard.PeerSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What must be done so that a running interface has the peers that are wanted: a difference of two
 * values, not a script.
 */
public final class Reconciliation {
  /** One thing to do. */
  public sealed interface Action {
    /** Take a peer away. */
    record Remove(PublicKey publicKey) implements Action {}

    /** Add a peer, or make one as it is wanted. */
    record Configure(PeerSettings settings) implements Action {}
  }

  private Reconciliation() {}

  /**
   * The actions in the order in which they are to be done: removals first, since a new peer may get
   * the addresses of a removed one.
   *
   * <p>An endpoint in {@code wanted} counts for a peer that has none yet: what WireGuard learned
   * from the peer's own packets is newer than what anybody wrote down.
   */
  public static List<Action> plan(List<PeerSettings> wanted, List<PeerSettings> running) {
    Map<PublicKey, PeerSettings> surplus = new LinkedHashMap<>();
    running.forEach(peer -> surplus.put(peer.publicKey(), peer));
    List<Action> changes = new ArrayList<>();
    for (PeerSettings peer : wanted) {
      PeerSettings present = surplus.remove(peer.publicKey());
      if (present == null) {
        changes.add(new Action.Configure(peer));
      } else {
        PeerSettings kept = present.endpoint().map(peer::withEndpoint).orElse(peer);
        if (!kept.equals(present)) {
          changes.add(new Action.Configure(kept));
        }
      }
    }
    List<Action> plan = new ArrayList<>();
    surplus.keySet().forEach(key -> plan.add(new Action.Remove(key)));
    plan.addAll(changes);
    return plan;
  }
}
