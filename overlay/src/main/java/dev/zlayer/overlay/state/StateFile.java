package dev.zlayer.overlay.state;

import dev.zlayer.overlay.mesh.MeshRefusal;
import dev.zlayer.overlay.mesh.MeshState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code overlay_bootstrap.json}: the node's one truth on the disk, in the original's shape.
 *
 * <p>Fields that we don't know survive every save. What we add stands under one key of our own; a
 * file without it loads with defaults. A file that can't be read is reported and never overwritten.
 * Whoever creates or saves holds the directory's lock. Not thread safe.
 */
public final class StateFile {
  private static final int MAX_BYTES = 64 << 20;
  private static final long MIN_SPACE_BYTES = 1 << 20;

  private final Path path;
  private ObjectNode tree;
  private NodeState state;

  private StateFile(Path path, ObjectNode tree, NodeState state) {
    this.path = path;
    this.tree = tree;
    this.state = state;
  }

  /**
   * Checks that a node was set up here, before anything is made in the directory.
   *
   * @throws StateFileException when it wasn't, or we may not know
   */
  public static void requireExists(DataDirectory directory) {
    Path path = directory.stateFile();
    try {
      Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw missing(path);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Whether a node was set up here. */
  static boolean exists(DataDirectory directory) {
    return Files.exists(directory.stateFile(), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Checks that no node was set up here.
   *
   * @throws StateFileException when one was
   */
  public static void requireAbsent(DataDirectory directory) {
    if (exists(directory)) {
      throw new StateFileException(
          directory.stateFile(),
          "exists already",
          "this node is set up; use it, or name another data directory");
    }
  }

  /**
   * Writes a node's first state. The directory exists.
   *
   * @throws StateFileException when there is a state file already, or none can be written
   */
  public static StateFile create(DataDirectory directory, NodeState state) {
    requireAbsent(directory);
    Path path = directory.stateFile();
    StateFile file = new StateFile(path, JsonNodeFactory.instance.objectNode(), state);
    file.save(state);
    return file;
  }

  /**
   * Reads the state of a node that was set up before.
   *
   * @throws StateFileException when there is no state file, or it is damaged, contradicts itself or
   *     is of a shape that we don't know
   */
  public static StateFile load(DataDirectory directory) {
    Path path = directory.stateFile();
    ObjectNode tree = parse(path, read(path));
    try {
      NodeState state = StateReader.read(tree);
      MeshState.restore(state.mesh(), Duration.ZERO);
      return new StateFile(path, tree, state);
    } catch (IllegalArgumentException | MeshRefusal e) {
      throw new StateFileException(path, "can't be used", e.getMessage() + "; correct it by hand");
    }
  }

  /** What was loaded or saved last. */
  public NodeState state() {
    return state;
  }

  /**
   * Replaces the file. After a crash at any instant it holds the old or the new state.
   *
   * @throws StateFileException when it can't be written; the old state stands then
   */
  public void save(NodeState newState) {
    ObjectNode merged = StateWriter.merge(tree, newState);
    byte[] json = JsonText.indented(merged).getBytes(StandardCharsets.UTF_8);
    try {
      AtomicFile.replace(path, json);
    } catch (IOException e) {
      throw new StateFileException(
          path,
          "can't be written (" + IoReason.of(e) + ")",
          "see that its directory is writable and has room");
    }
    tree = merged;
    state = newState;
  }

  /** What would be in the way of a save, as far as that shows without one; empty if nothing is. */
  Optional<String> obstacle() {
    Path directory = path.getParent();
    if (!Files.isDirectory(directory)) {
      return Optional.of("there is no such directory");
    }
    if (!Files.isWritable(directory)) {
      return Optional.of("the directory is not writable");
    }
    try {
      return Files.getFileStore(directory).getUsableSpace() < MIN_SPACE_BYTES
          ? Optional.of("there is no room left on its file system")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of(IoReason.of(e));
    }
  }

  /** Removes the file, for good. */
  void delete() {
    try {
      Files.deleteIfExists(path);
      AtomicFile.syncDirectory(path.getParent());
    } catch (IOException e) {
      throw new StateFileException(
          path, "can't be removed (" + IoReason.of(e) + ")", "remove it by hand");
    }
  }

  private static StateFileException missing(Path path) {
    return new StateFileException(path, "does not exist", "set this node up first: init or join");
  }

  private static StateFileException unreadable(Path path, IOException e) {
    return new StateFileException(
        path, "can't be read (" + IoReason.of(e) + ")", "see who owns it and what it is");
  }

  private static byte[] read(Path path) {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new StateFileException(
            path, "has more than " + MAX_BYTES + " bytes", "that is no state of ours");
      }
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw missing(path);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static ObjectNode parse(Path path, byte[] json) {
    String remedy = "restore it from a backup, or move it away and set the node up again";
    try {
      JsonNode root = JsonText.parse(json);
      if (root instanceof ObjectNode object) {
        return object;
      }
      throw new StateFileException(
          path, json.length == 0 ? "is empty" : "is not a JSON object", remedy);
    } catch (JacksonException e) {
      // Jackson's own message quotes the text around the fault, and that may be a key.
      TokenStreamLocation place = e.getLocation();
      String at =
          place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
      throw new StateFileException(path, "is damaged: not JSON" + at, remedy);
    } catch (NumberFormatException e) {
      throw new StateFileException(path, "is damaged: it holds a number beyond all bounds", remedy);
    }
  }
}
