package dev.zlayer.overlay.state;

import dev.zlayer.crypto.PrivateKey;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What concerns this node's own interface and no other node.
 *
 * @param interfaceName 1 to 15 characters, as the kernel takes them
 * @param port the UDP port that it listens on, 1 to 65535
 * @param privateKey its WireGuard key; never printed, and not destroyed as long as this value is
 *     compared or saved
 * @param createdAt when the node was set up, in whole seconds from 1970 on
 */
public record NodeConfig(String interfaceName, int port, PrivateKey privateKey, Instant createdAt) {
  private static final Pattern INTERFACE_NAME = Pattern.compile("[!-~&&[^/:%]]{1,15}");

  public NodeConfig {
    if (!INTERFACE_NAME.matcher(interfaceName).matches()
        || interfaceName.equals(".")
        || interfaceName.equals("..")) {
      throw new IllegalArgumentException(
          "interface name '"
              + interfaceName
              + "' is not 1 to 15 characters without spaces, '/', ':' and '%'");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not in 1..65535");
    }
    Objects.requireNonNull(privateKey);
    createdAt = Instant.ofEpochSecond(createdAt.getEpochSecond());
    if (createdAt.isBefore(Instant.EPOCH)) {
      throw new IllegalArgumentException("creation time " + createdAt + " is before 1970");
    }
  }
}
