package dev.zlayer.cli.doctor;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.StateFile;
import dev.zlayer.overlay.state.StateFileException;
import java.util.Optional;

/**
 * The node that is looked at.
 *
 * @param status of the running node; empty where none runs, or it can't be asked
 * @param state as it is on the disk; empty where it can't be had
 * @param stateFault why it can't be had
 */
public record Patient(
    DataDirectory directory,
    Optional<NodeStatus> status,
    Optional<NodeState> state,
    Optional<StateFileException> stateFault) {

  /** The node of a data directory, whether there is one or not. */
  public static Patient of(DataDirectory directory) {
    Optional<NodeStatus> status = status(directory);
    try {
      NodeState state = StateFile.load(directory).state();
      return new Patient(directory, status, Optional.of(state), Optional.empty());
    } catch (StateFileException e) {
      return new Patient(directory, status, Optional.empty(), Optional.of(e));
    }
  }

  private static Optional<NodeStatus> status(DataDirectory directory) {
    try (Administration node = Administration.ofRunning(directory.path())) {
      return Optional.of(node.status());
    } catch (OverlayException e) {
      return Optional.empty();
    }
  }

  boolean runs() {
    return status.isPresent();
  }

  /** Where the kernel tells of the process that runs the node, or else would: this one. */
  String process() {
    return status.map(NodeStatus::pid).map(String::valueOf).orElse("self");
  }
}
