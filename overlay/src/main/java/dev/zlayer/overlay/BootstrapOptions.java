package dev.zlayer.overlay;

import dev.zlayer.crypto.PresharedKey;
import java.util.Objects;
import java.util.Optional;

/**
 * What a node is set up with beyond the necessary.
 *
 * @param interfaceName the network interface that it makes: 1 to 15 characters
 * @param endpoint how others reach this node, where its operator says so
 * @param leaderPresharedKey mixed into the handshakes with the leader, for a worker that joins
 */
public record BootstrapOptions(
    String interfaceName, Optional<HostPort> endpoint, Optional<PresharedKey> leaderPresharedKey) {
  /** Interface {@value OverlayBootstrap#DEFAULT_INTERFACE_NAME} and nothing else. */
  public static final BootstrapOptions DEFAULT =
      new BootstrapOptions(
          OverlayBootstrap.DEFAULT_INTERFACE_NAME, Optional.empty(), Optional.empty());

  public BootstrapOptions {
    Objects.requireNonNull(interfaceName);
    Objects.requireNonNull(endpoint);
    Objects.requireNonNull(leaderPresharedKey);
  }

  public BootstrapOptions withInterfaceName(String name) {
    return new BootstrapOptions(name, endpoint, leaderPresharedKey);
  }

  public BootstrapOptions withEndpoint(HostPort value) {
    return new BootstrapOptions(interfaceName, Optional.of(value), leaderPresharedKey);
  }

  public BootstrapOptions withLeaderPresharedKey(PresharedKey key) {
    return new BootstrapOptions(interfaceName, endpoint, Optional.of(key));
  }
}
