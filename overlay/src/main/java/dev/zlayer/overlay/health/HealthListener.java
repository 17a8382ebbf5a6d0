package dev.zlayer.overlay.health;

/** Is told when a peer goes UP or DOWN. */
@FunctionalInterface
public interface HealthListener {
  /**
   * The verdict on a peer has changed, or is known for the first time.
   *
   * @param peer as it is now: {@link PeerHealth#healthy} says UP
   */
  void changed(PeerHealth peer);
}
