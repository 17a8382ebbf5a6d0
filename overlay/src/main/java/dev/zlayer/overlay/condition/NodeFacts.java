package dev.zlayer.overlay.condition;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.MapStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A running node as one look at it finds it.
 *
 * @param port the UDP port that it listens on
 * @param mtu of the interface, in bytes
 * @param up whether the interface is
 * @param leader what a worker knows of its leader; empty on a leader
 * @param stateFault why the state can't be written; empty if it can
 * @param namesFault why names aren't served; empty if they are, or needn't be
 * @param resolverFault why the machine's programs aren't led to the names; empty if they are, or
 *     needn't be
 * @param healthFault why peers can't be checked; empty if they can
 * @param uapiSocket where it is, if it isn't where {@code wg} looks
 */
public record NodeFacts(
    String interfaceName,
    int port,
    int mtu,
    boolean up,
    Instant startedAt,
    Path dataDirectory,
    Optional<Leader> leader,
    List<Peer> peers,
    Optional<String> stateFault,
    Optional<String> namesFault,
    Optional<String> resolverFault,
    Optional<String> healthFault,
    Optional<Path> uapiSocket) {
  public NodeFacts {
    Objects.requireNonNull(startedAt);
    peers = List.copyOf(peers);
  }

  /**
   * The leader, from a worker's side.
   *
   * @param address its overlay address
   * @param heardAt when it answered a request last, in this run; empty if it hasn't
   * @param isSilent whether no authentic packet of it has come in, in this run
   * @param ahead how far its clock is before ours, where it said that they differ; else zero
   */
  public record Leader(
      String address, Optional<Instant> heardAt, boolean isSilent, MapStatus map, Duration ahead) {}

  /**
   * A peer.
   *
   * @param endpoint where it is sent to
   * @param pathMtu the longest packet that goes there in one piece, in bytes, if that is known
   * @param receivedBytes of authentic messages
   * @param healthy the last verdict; empty before the first
   */
  public record Peer(
      String name,
      Optional<Endpoint> endpoint,
      OptionalInt pathMtu,
      long receivedBytes,
      long sentBytes,
      Optional<Boolean> healthy) {}
}
