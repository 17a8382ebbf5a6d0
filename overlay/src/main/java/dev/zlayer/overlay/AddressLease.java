package dev.zlayer.overlay;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An address that a leader doesn't lease to whoever comes next.
 *
 * @param nodeId the peer that holds it, where a peer does
 * @param restsUntil when it can be leased again, where it rests
 */
public record AddressLease(
    InetAddress address, State state, Optional<String> nodeId, Optional<Instant> restsUntil) {
  /** Why it isn't free. */
  public enum State {
    /** The leader's own. */
    OWN,
    /** A peer has it. */
    PEER,
    /** Leased, for a peer that isn't there yet. */
    LEASED,
    /** Set aside for an invite: its temporary identity's, or promised to its member. */
    INVITE,
    /** Released lately. */
    RESTING
  }

  public AddressLease {
    Objects.requireNonNull(address);
    Objects.requireNonNull(state);
    if (nodeId.isPresent() != (state == State.PEER)
        || restsUntil.isPresent() != (state == State.RESTING)) {
      throw new IllegalArgumentException("a lease that is " + state + " has another shape");
    }
  }
}
