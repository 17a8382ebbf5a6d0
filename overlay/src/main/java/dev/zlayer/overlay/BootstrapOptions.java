package dev.zlayer.overlay;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.wireguard.Cidr;
import java.util.Objects;
import java.util.Optional;

/**
 * What a node is set up with beyond the necessary.
 *
 * @param interfaceName the network interface that it makes: 1 to 15 characters
 * @param endpoint how others reach this node, where its operator says so
 * @param leaderPresharedKey mixed into the handshakes with the leader, for a worker that joins
 * @param cidrV6 the IPv6 network beside an IPv4 one, where the overlay has both; every node's IPv6
 *     address has the same place in it as its IPv4 address in the other
 */
public record BootstrapOptions(
    String interfaceName,
    Optional<HostPort> endpoint,
    Optional<PresharedKey> leaderPresharedKey,
    Optional<Cidr> cidrV6) {
  /** Interface {@value OverlayBootstrap#DEFAULT_INTERFACE_NAME} and nothing else. */
  public static final BootstrapOptions DEFAULT =
      new BootstrapOptions(
          OverlayBootstrap.DEFAULT_INTERFACE_NAME,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public BootstrapOptions {
    Objects.requireNonNull(interfaceName);
    Objects.requireNonNull(endpoint);
    Objects.requireNonNull(leaderPresharedKey);
    Objects.requireNonNull(cidrV6);
  }

  public BootstrapOptions withInterfaceName(String name) {
    return new BootstrapOptions(name, endpoint, leaderPresharedKey, cidrV6);
  }

  public BootstrapOptions withEndpoint(HostPort value) {
    return new BootstrapOptions(interfaceName, Optional.of(value), leaderPresharedKey, cidrV6);
  }

  public BootstrapOptions withLeaderPresharedKey(PresharedKey key) {
    return new BootstrapOptions(interfaceName, endpoint, Optional.of(key), cidrV6);
  }

  /** The overlay has this IPv6 network beside its IPv4 one. */
  public BootstrapOptions withCidrV6(String cidr) {
    return new BootstrapOptions(
        interfaceName, endpoint, leaderPresharedKey, Optional.of(Cidr.parse(cidr)));
  }
}
