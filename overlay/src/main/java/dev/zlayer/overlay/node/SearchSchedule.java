package dev.zlayer.overlay.node;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.wireguard.PeerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Which peers have to be looked for, and when at which of their places. Decides from what it is
 * told: it reads no clock and does no I/O. Not thread safe.
 */
public final class SearchSchedule {
  /** How long a peer may take to answer at one place. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A session lives for three minutes; a peer with an older one and a keepalive is lost. */
  static final Duration SESSION_LIFE = Duration.ofSeconds(190);

  private final Map<PublicKey, Attempt> attempts = new HashMap<>();

  /** Which place a peer is looked for at, and since when. */
  private record Attempt(int place, Instant since) {}

  /** Forgets who isn't a peer any more. */
  public void retain(Collection<PublicKey> peers) {
    attempts.keySet().retainAll(peers);
  }

  /**
   * The place to try now, as a number that goes up with every attempt; the peer's list of places is
   * gone through again and again. Empty as long as the peer is to be left alone: it answers, or the
   * last attempt isn't {@link #PATIENCE} ago. A peer that has an endpoint already is being tried
   * there by WireGuard itself, which is its first attempt.
   */
  public OptionalInt nextPlace(PeerStatus peer, Instant now) {
    PublicKey key = peer.settings().publicKey();
    if (!isLost(peer, now)) {
      attempts.remove(key);
      return OptionalInt.empty();
    }
    Attempt last = attempts.get(key);
    if (last != null && now.isBefore(last.since().plus(PATIENCE))) {
      return OptionalInt.empty();
    }
    Attempt next = new Attempt(last == null ? 0 : last.place() + 1, now);
    attempts.put(key, next);
    return last == null && peer.settings().endpoint().isPresent()
        ? OptionalInt.empty()
        : OptionalInt.of(next.place());
  }

  private static boolean isLost(PeerStatus peer, Instant now) {
    boolean keepsAlive = peer.settings().persistentKeepaliveSeconds() > 0;
    return peer.lastHandshake()
        .map(then -> keepsAlive && then.plus(SESSION_LIFE).isBefore(now))
        .orElse(true);
  }
}
