package dev.zlayer.overlay.mesh;

import dev.zlayer.overlay.OverlayException;

/** A command that the mesh can't follow; nothing was changed. */
public final class MeshRefusal extends OverlayException {
  private static final long serialVersionUID = 1L;

  MeshRefusal(String message) {
    super(message);
  }

  MeshRefusal(String message, Throwable cause) {
    super(message, cause);
  }
}
