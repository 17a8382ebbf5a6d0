package dev.zlayer.overlay.resolver.plan;

import dev.zlayer.overlay.ResolverMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What a node leaves on the machine when it is killed: enough to undo it, however often.
 *
 * @param through RESOLVCONF, RESOLV_CONF or HOSTS
 * @param name of the record, or the tag of the block
 * @param file the command that holds the record, or the file that the block stands in
 */
public record Trace(ResolverMode through, String name, Path file) {
  public Trace {
    Objects.requireNonNull(file);
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.@=+-]*")) {
      throw new IllegalArgumentException("'" + name + "' is not the name of a record or a block");
    }
    switch (through) {
      case RESOLVCONF, RESOLV_CONF, HOSTS -> {}
      case AUTO, RESOLVED, NONE ->
          throw new IllegalArgumentException(through.word() + " leaves nothing behind");
    }
  }

  /** For people. */
  public String description() {
    return through == ResolverMode.RESOLVCONF
        ? "record " + name + " of resolvconf"
        : "block of " + name + " in " + file;
  }

  /**
   * Has resolvconf forget the record. openresolv takes {@code -f} for one that it doesn't know;
   * Debian's doesn't look at it, and minds no record that is missing.
   */
  public List<String> forget() {
    return List.of(file.toString(), "-d", name, "-f");
  }
}
