package dev.zlayer.wireguard;

import java.net.InetAddress;
import java.util.Objects;

/**
 * What a confined peer may reach: TCP to one address and port. Nothing else comes from it to the
 * host, and nothing but the answers from there goes to it.
 *
 * @param target an address of the host
 * @param port 1 to 65535
 */
public record Confinement(InetAddress target, int port) {
  public Confinement {
    Objects.requireNonNull(target);
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not in 1..65535");
    }
  }
}
