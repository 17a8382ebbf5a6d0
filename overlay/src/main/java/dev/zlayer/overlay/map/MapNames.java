package dev.zlayer.overlay.map;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the leader says of names, beside those that nodes have by themselves.
 *
 * @param zone such as {@code overlay.local}; empty where the leader serves no names
 * @param records addresses that were put under names by hand
 */
public record MapNames(Optional<String> zone, List<Name> records) {
  public static final MapNames NONE = new MapNames(Optional.empty(), List.of());

  /**
   * An address under a name.
   *
   * @param host without the zone
   */
  public record Name(String host, InetAddress address) {
    public Name {
      Objects.requireNonNull(host);
      Objects.requireNonNull(address);
    }
  }

  public MapNames {
    Objects.requireNonNull(zone);
    records = List.copyOf(records);
  }
}
