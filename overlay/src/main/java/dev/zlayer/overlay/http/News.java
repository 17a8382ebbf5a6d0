package dev.zlayer.overlay.http;

import dev.zlayer.overlay.map.MapPosition;
import java.util.Optional;

/** Where a watch waits. Thread safe. */
@FunctionalInterface
public interface News {
  /**
   * Returns when somebody at {@code position} has something to learn, or the time is up, or the
   * node ends.
   *
   * @param untilMillis by {@link System#currentTimeMillis}
   */
  void await(Optional<MapPosition> position, long untilMillis) throws InterruptedException;
}
