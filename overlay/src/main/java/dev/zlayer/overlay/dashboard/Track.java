package dev.zlayer.overlay.dashboard;

import dev.zlayer.overlay.dashboard.LinkHistory.Change;
import java.time.Instant;
import java.util.List;

/**
 * What is remembered of a link, or of all of them; values a {@link History#STEP} apart, the oldest
 * first, NaN where one isn't known.
 *
 * @param end when the last ones were taken
 * @param rttMillis as the check before found it; none for all links together
 * @param receiveRate in bytes a second, as {@code sendRate}
 * @param changes the oldest first; none for all links together
 */
record Track(
    Instant end, float[] rttMillis, float[] receiveRate, float[] sendRate, List<Change> changes) {}
