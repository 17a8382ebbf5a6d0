package dev.zlayer.cli;

import dev.zlayer.linux.ServiceNotifier;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.health.PeerHealth;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager that started this process how its node fares: once it is up, that it is
 * alive, when it stops. Says nothing where no manager asks for it. Thread safe.
 *
 * <p>Alive is a node whose packet threads and timers come by when they are called, and whose status
 * can be had, which takes its locks. One that isn't lets the manager's watchdog run out.
 */
final class ServiceReport {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceReport.class);

  private final Optional<ServiceNotifier> manager;
  private final Optional<Duration> watchdog;
  private volatile boolean stopping;

  private ServiceReport(Optional<ServiceNotifier> manager, Optional<Duration> watchdog) {
    this.manager = manager;
    this.watchdog = watchdog;
  }

  /** To whom {@code environment} names, as {@code sd_notify(3)} and {@code systemd.exec(5)} say. */
  static ServiceReport of(Map<String, String> environment) {
    return new ServiceReport(ServiceNotifier.of(environment), watchdog(environment));
  }

  /** Within which time the manager wants to hear that we are alive, if it does. */
  static Optional<Duration> watchdog(Map<String, String> environment) {
    String ownPid = Long.toString(ProcessHandle.current().pid());
    return Optional.ofNullable(environment.get("WATCHDOG_USEC"))
        .filter(micros -> micros.matches("[1-9][0-9]{0,14}"))
        .filter(micros -> environment.getOrDefault("WATCHDOG_PID", ownPid).equals(ownPid))
        .map(micros -> Duration.ofNanos(Math.multiplyExact(Long.parseLong(micros), 1000)));
  }

  /** The node is up. From now on the manager hears that it is alive. */
  void ready(OverlayBootstrap node) {
    if (manager.isEmpty()) {
      return;
    }
    try {
      send("READY=1", "STATUS=" + summary(node.status()));
    } catch (OverlayException e) {
      // It has ended meanwhile, which is told by who waits for that.
      return;
    }
    watchdog.ifPresent(
        limit -> Thread.ofPlatform().daemon().name("watchdog").start(() -> watch(node, limit)));
  }

  /** The node is about to stop. */
  void stopping() {
    stopping = true;
    send("STOPPING=1");
  }

  private void watch(OverlayBootstrap node, Duration limit) {
    Duration interval = limit.dividedBy(2);
    try {
      while (!stopping) {
        long start = System.nanoTime();
        String summary = summary(node.status());
        if (node.responds(interval.dividedBy(2))) {
          send("WATCHDOG=1", "STATUS=" + summary);
        } else if (!stopping) {
          LOG.error("{}: packets or timers aren't attended to", node.interfaceName());
        }
        Thread.sleep(interval.minusNanos(System.nanoTime() - start));
      }
    } catch (OverlayException | IllegalStateException e) {
      LOG.debug("the node has ended: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Peers without a verdict yet count as neither UP nor DOWN. */
  private static String summary(NodeStatus status) {
    long up = count(status, true);
    long down = count(status, false);
    return "%s: %s/%d, UDP port %d, peers: %d (UP: %d, DOWN: %d)"
        .formatted(
            status.node().interfaceName(),
            IpText.format(status.node().nodeIp()),
            status.node().cidr().prefixLength(),
            status.node().port(),
            status.peers().size(),
            up,
            down);
  }

  private static long count(NodeStatus status, boolean healthy) {
    return status.peers().stream()
        .flatMap(peer -> peer.health().stream())
        .map(PeerHealth::healthy)
        .filter(verdict -> verdict == healthy)
        .count();
  }

  /** A manager that doesn't listen is no reason for a node to end. */
  private void send(String... assignments) {
    manager.ifPresent(listener -> {
      try {
        listener.send(assignments);
      } catch (IOException e) {
        LOG.warn("the service manager doesn't hear of this node: {}", e.getMessage());
      }
    });
  }
}
