package dev.zlayer.overlay.node;

import dev.zlayer.device.LocalServer;
import dev.zlayer.device.SocketInUseException;
import dev.zlayer.device.UapiSocket;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.IoReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What is still there of a node whose process was killed; the interface goes with the process. */
public final class Leftovers {
  private Leftovers() {}

  /**
   * Removes the sockets that nobody serves, and returns them.
   *
   * @param directory whose lock the caller holds
   * @throws OverlayException if one can't be removed
   */
  public static List<Path> remove(DataDirectory directory, String interfaceName) {
    return List.of(
            directory.controlSocket(),
            UapiSocket.path(UapiSocket.DIRECTORY, interfaceName),
            UapiSocket.path(directory.path(), interfaceName))
        .stream()
        .filter(Leftovers::isRemoved)
        .toList();
  }

  private static boolean isRemoved(Path socket) {
    try {
      return LocalServer.removeDead(socket);
    } catch (SocketInUseException e) {
      // It is another device's, whose interface has the same name in another network namespace.
      return false;
    } catch (IOException e) {
      throw new OverlayException(socket + " can't be removed: " + IoReason.of(e), e);
    }
  }
}
