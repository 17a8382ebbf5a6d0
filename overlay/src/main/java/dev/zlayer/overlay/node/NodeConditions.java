package dev.zlayer.overlay.node;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.device.Device;
import dev.zlayer.device.DeviceStatus;
import dev.zlayer.device.UapiSocket;
import dev.zlayer.linux.NativeException;
import dev.zlayer.linux.Netlink;
import dev.zlayer.linux.PathMtu;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.condition.Condition;
import dev.zlayer.overlay.condition.ConditionWatch;
import dev.zlayer.overlay.condition.NodeFacts;
import dev.zlayer.overlay.health.OverlayHealthChecker;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.state.Registry;
import dev.zlayer.wireguard.PeerStatus;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a running node every few seconds, and says once when a condition begins and ends. In a
 * platform thread, which is in its starter's network namespace.
 */
final class NodeConditions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeConditions.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Device device;
  private final Optional<Path> strayUapiSocket;
  private final Registry registry;
  private final Path dataDirectory;
  private final Optional<MapWatch> mapWatch;
  private final OverlayHealthChecker health;
  private final ServedNames names;
  private final Instant startedAt = Instant.now();
  private final ConditionWatch watch = new ConditionWatch();
  private final Thread thread;
  private volatile List<Condition> now = List.of();

  NodeConditions(
      NodeLink link,
      Registry registry,
      Path dataDirectory,
      Optional<MapWatch> mapWatch,
      OverlayHealthChecker health,
      ServedNames names) {
    this.device = link.device();
    this.strayUapiSocket =
        Optional.of(link.uapi().path())
            .filter(path -> !UapiSocket.DIRECTORY.equals(path.toAbsolutePath().getParent()));
    this.registry = registry;
    this.dataDirectory = dataDirectory;
    this.mapWatch = mapWatch;
    this.health = health;
    this.names = names;
    this.thread =
        Thread.ofPlatform().daemon().name(link.name() + "-conditions").unstarted(this::lookForever);
  }

  void start() {
    thread.start();
  }

  /** As the last look found it. */
  List<Condition> now() {
    return now;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void lookForever() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        look();
      } catch (RuntimeException e) {
        LOG.warn("a look at the node's conditions failed, and is tried again", e);
      }
      try {
        Thread.sleep(INTERVAL);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void look() {
    names.lookAgain();
    ConditionWatch.Change change = watch.look(facts(), Instant.now());
    now = change.now();
    for (Condition begun : change.begun()) {
      LOG.warn(
          "{}: {}: {}. Remedy: {}",
          device.interfaceName(),
          begun.code().text(),
          begun.text(),
          begun.remedy());
    }
    for (Condition ended : change.ended()) {
      LOG.info("{}: {} is over", device.interfaceName(), ended.code().text());
    }
  }

  private NodeFacts facts() {
    DeviceStatus status = device.status();
    Map<PublicKey, PeerStatus> byKey = status.peersByKey();
    List<NodeFacts.Peer> peers = peers(byKey);
    return new NodeFacts(
        status.interfaceName(),
        status.listenPort(),
        status.mtu(),
        isUp(),
        startedAt,
        dataDirectory,
        mapWatch.map(map -> leader(map, byKey)),
        peers,
        registry.fault(),
        names.fault(),
        names.resolutionFault(),
        health.fault(),
        strayUapiSocket);
  }

  private List<NodeFacts.Peer> peers(Map<PublicKey, PeerStatus> running) {
    Map<InetAddress, OptionalInt> known = new HashMap<>();
    List<NodeFacts.Peer> peers = new ArrayList<>();
    try (PathMtu ways = PathMtu.open()) {
      for (PeerConfig peer : registry.peers()) {
        PeerStatus status = running.get(peer.publicKey());
        if (status != null) {
          OptionalInt way =
              status
                  .settings()
                  .endpoint()
                  .map(place -> known.computeIfAbsent(place.address(), _ -> ways.to(place)))
                  .orElse(OptionalInt.empty());
          peers.add(peer(peer, status, way));
        }
      }
    }
    return peers;
  }

  private NodeFacts.Peer peer(PeerConfig config, PeerStatus status, OptionalInt way) {
    return new NodeFacts.Peer(
        config.nodeId(),
        status.settings().endpoint(),
        way,
        status.receivedBytes(),
        status.sentBytes(),
        health.cachedStatus(config.publicKey()).map(PeerHealth::healthy));
  }

  private static NodeFacts.Leader leader(MapWatch map, Map<PublicKey, PeerStatus> running) {
    PeerStatus leader = running.get(map.leader().publicKey());
    return new NodeFacts.Leader(
        IpText.format(map.leader().overlayIp().orElseThrow()),
        map.heardAt(),
        leader == null || leader.receivedBytes() == 0,
        map.status(),
        map.leaderAhead());
  }

  /** One that isn't in our network namespace counts as up: we don't see it. */
  private boolean isUp() {
    try (Netlink netlink = Netlink.open()) {
      return netlink.link(device.interfaceName()).up();
    } catch (NativeException e) {
      return true;
    }
  }
}
