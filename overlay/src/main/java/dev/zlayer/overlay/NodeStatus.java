package dev.zlayer.overlay;

import dev.zlayer.overlay.condition.Condition;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.wireguard.DropReason;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running node as it is now.
 *
 * @param pid the process that runs it
 * @param mtu of the interface, in bytes
 * @param uapiSocket where {@code wg} finds it
 * @param crypto which implementation of the primitives runs
 * @param drops packets that went no further, over all peers and strangers, by reason
 * @param map the leader's map as this worker has it; empty on a leader
 * @param names whether programs of this machine find the overlay's names
 * @param dashboard where a browser finds the node's dashboard; empty where it shows none
 * @param conditions what is wrong with the node; empty where all is well
 */
public record NodeStatus(
    NodeDescription node,
    long pid,
    Instant startedAt,
    int mtu,
    Path uapiSocket,
    String crypto,
    List<Peer> peers,
    Map<DropReason, Long> drops,
    Optional<MapStatus> map,
    NameResolution names,
    Optional<URI> dashboard,
    List<Condition> conditions) {

  /**
   * A peer of the running node.
   *
   * @param endpoint where it was last heard from, or is looked for
   * @param lastHandshake when the last handshake with it was completed
   * @param handshakes how many were completed with it
   * @param receivedBytes of authentic messages, headers included
   * @param sentBytes of messages, headers included
   * @param receivedPackets those that came through the tunnel, and keepalives
   * @param sentPackets those that went through it, and keepalives
   * @param health as the last check found it; empty before the first verdict
   */
  public record Peer(
      PeerConfig config,
      Optional<String> endpoint,
      Optional<Instant> lastHandshake,
      long handshakes,
      long receivedBytes,
      long sentBytes,
      long receivedPackets,
      long sentPackets,
      Map<DropReason, Long> drops,
      Optional<PeerHealth> health) {

    /** Time since the last handshake; empty before the first. */
    public Optional<Duration> handshakeAge(Instant now) {
      return lastHandshake.map(then -> Duration.between(then, now));
    }
  }
}
