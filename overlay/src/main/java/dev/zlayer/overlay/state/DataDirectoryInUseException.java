package dev.zlayer.overlay.state;

import dev.zlayer.overlay.OverlayException;
import java.util.OptionalLong;

/** A live process has the data directory. */
public final class DataDirectoryInUseException extends OverlayException {
  private static final long serialVersionUID = 1L;
  private static final long UNKNOWN = -1;

  private final long ownerPid;

  DataDirectoryInUseException(DataDirectory directory, OptionalLong ownerPid) {
    super(
        "data directory '%s' is in use by %s: stop that node first, or name another directory"
            .formatted(
                directory.path(),
                ownerPid.isPresent() ? "process " + ownerPid.getAsLong() : "another process"));
    this.ownerPid = ownerPid.orElse(UNKNOWN);
  }

  /** The process; empty in the instant between its locking and its signing. */
  public OptionalLong ownerPid() {
    return ownerPid == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(ownerPid);
  }
}
