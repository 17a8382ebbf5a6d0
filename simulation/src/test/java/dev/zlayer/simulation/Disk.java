package dev.zlayer.simulation;

import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.StateReader;
import dev.zlayer.overlay.state.StateWriter;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a host keeps whatever happens to its processes: the files of a data directory, each of which
 * has its old or its new content. A program may die right before a write, and right after it.
 */
final class Disk {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  /** The key of a node that is about to become a member, and the token that it does so by. */
  record Pending(PublicKey invite, PrivateKey privateKey) {}

  private final World world;
  private ObjectNode tree = JsonNodeFactory.instance.objectNode();
  private Optional<NodeState> state = Optional.empty();
  private Optional<Pending> pending = Optional.empty();

  Disk(World world) {
    this.world = world;
  }

  /** The state file, as it was saved last. */
  Optional<NodeState> state() {
    return state;
  }

  Optional<Pending> pending() {
    return pending;
  }

  void save(NodeState value) {
    save(value, () -> {});
  }

  /**
   * Replaces the state file.
   *
   * @param durable told as soon as it is
   */
  void save(NodeState value, Runnable durable) {
    write(() -> {
      state = Optional.of(value);
      durable.run();
    });
  }

  void savePending(Optional<Pending> value) {
    write(() -> pending = value);
  }

  /** Deletes everything. */
  void wipe() {
    state = Optional.empty();
    pending = Optional.empty();
    tree = JsonNodeFactory.instance.objectNode();
  }

  /** What a program that starts reads: not the value that was saved, but what its text says. */
  NodeState load() {
    tree = StateWriter.merge(tree, state.orElseThrow());
    String text = MAPPER.writeValueAsString(tree);
    state = Optional.of(StateReader.read((ObjectNode) MAPPER.readTree(text)));
    return state.get();
  }

  private void write(Runnable change) {
    crashPerhaps();
    change.run();
    crashPerhaps();
  }

  private void crashPerhaps() {
    if (world.crashRate > 0 && world.chance.nextDouble() < world.crashRate) {
      throw new Crash();
    }
  }
}
