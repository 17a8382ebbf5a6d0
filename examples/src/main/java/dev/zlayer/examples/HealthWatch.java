package dev.zlayer.examples;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.health.HealthThresholds;
import dev.zlayer.overlay.health.OverlayHealthChecker;
import dev.zlayer.overlay.health.PeerHealth;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Calls back when a peer of a running node comes and goes: {@code HealthWatch DIR}, beside {@code
 * zlayer-overlay up} on that data directory.
 *
 * <p>A peer that sends is healthy; one that is silent is pinged, so that this needs CAP_NET_RAW.
 */
public final class HealthWatch {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private HealthWatch() {}

  public static void main(String[] arguments) {
    try (Administration node = Administration.ofRunning(Path.of(arguments[0]));
        OverlayHealthChecker health =
            new OverlayHealthChecker(
                node.node().interfaceName(),
                INTERVAL,
                HealthThresholds.DEFAULT,
                node.status().uapiSocket().getParent())) {
      health.run(peer -> changed(name(node, peer.publicKey()), peer));
      IO.readln("Watching; Enter ends this.\n");
    }
  }

  /** What a program of yours would do: take the peer out of its pool, or put it back. */
  private static void changed(String name, PeerHealth peer) {
    IO.println(
        Instant.now().truncatedTo(ChronoUnit.SECONDS)
            + " "
            + name
            + (peer.healthy() ? " is UP" : " is DOWN"));
  }

  private static String name(Administration node, PublicKey key) {
    return node.peers().stream()
        .filter(peer -> peer.publicKey().equals(key))
        .map(PeerConfig::nodeId)
        .findFirst()
        .orElse(key.toBase64());
  }
}
