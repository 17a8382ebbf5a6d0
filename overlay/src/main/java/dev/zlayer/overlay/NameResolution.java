package dev.zlayer.overlay;

import java.util.Objects;
import java.util.Optional;

/**
 * Whether ordinary programs on a node's machine find the names of the overlay.
 *
 * @param mode what was asked for
 * @param through what leads them there now; empty for nothing
 * @param text for people, as the end of a sentence that begins with "names": what was done, or why
 *     nothing
 */
public record NameResolution(ResolverMode mode, Optional<ResolverMode> through, String text) {
  /** Of a node that was told to leave the machine's resolver alone. */
  public static final NameResolution LEFT_ALONE =
      new NameResolution(
          ResolverMode.NONE,
          Optional.empty(),
          "not made known to this machine's programs, as asked");

  public NameResolution {
    Objects.requireNonNull(mode);
    Objects.requireNonNull(through);
    Objects.requireNonNull(text);
  }
}
