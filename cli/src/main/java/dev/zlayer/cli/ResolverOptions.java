package dev.zlayer.cli;

import dev.zlayer.overlay.ResolverMode;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What leads programs of this machine to the overlay's names. */
final class ResolverOptions {
  @Option(
      names = "--resolver",
      paramLabel = "HOW",
      completionCandidates = Words.class,
      description =
          "Have programs of this machine find the names: auto (systemd-resolved or resolvconf, where"
              + " they are in charge), resolved, resolvconf, resolv.conf or hosts (that file is"
              + " edited), none (default: auto).")
  Optional<ResolverMode> mode;

  @Option(names = "--no-resolver", description = "The same as --resolver=none.")
  boolean off;

  /**
   * Checks the options, before anything is changed.
   *
   * @throws IllegalArgumentException if they contradict each other
   */
  void check() {
    if (off && mode.filter(asked -> asked != ResolverMode.NONE).isPresent()) {
      throw new IllegalArgumentException("--no-resolver and --resolver contradict each other");
    }
  }

  /** What was asked for. */
  ResolverMode get() {
    return off ? ResolverMode.NONE : mode.orElse(ResolverMode.AUTO);
  }

  /** The same options for another process. */
  List<String> arguments() {
    return off
        ? List.of("--no-resolver")
        : mode.stream().map(asked -> "--resolver=" + asked.word()).toList();
  }

  /** What {@code --resolver} takes. */
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(ResolverMode.values()).map(ResolverMode::word).iterator();
    }
  }
}
