package dev.zlayer.overlay.state;

import dev.zlayer.overlay.dns.DnsConfig;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What a node keeps of its DNS.
 *
 * @param enabled whether it is served; empty as long as nobody has said
 * @param config without listen addresses and networks, which are the node's own
 * @param added addresses that were put under names by hand
 */
public record DnsState(Optional<Boolean> enabled, DnsConfig config, List<AddedName> added) {
  /** As long as nobody has said anything. */
  public static final DnsState UNDECIDED =
      new DnsState(Optional.empty(), DnsConfig.of(DnsConfig.DEFAULT_ZONE), List.of());

  /**
   * An address under a name.
   *
   * @param host without the zone, in lower case
   */
  public record AddedName(String host, InetAddress address) {
    public AddedName {
      host = host.toLowerCase(Locale.ROOT);
      Objects.requireNonNull(address);
    }
  }

  public DnsState {
    Objects.requireNonNull(enabled);
    added = List.copyOf(added);
    if (!config.listenAddresses().isEmpty() || !config.networks().isEmpty()) {
      throw new IllegalArgumentException(
          "listen addresses and networks are the node's own: leave them out");
    }
  }

  public boolean isEnabled() {
    return enabled.orElse(false);
  }

  public DnsState withConfig(DnsConfig value) {
    return new DnsState(Optional.of(true), value, added);
  }

  public DnsState disabled() {
    return new DnsState(Optional.of(false), config, added);
  }

  /** With an address under a name; {@code host} without the zone. */
  public DnsState plus(String host, InetAddress address) {
    List<AddedName> more = new ArrayList<>(added);
    more.add(new AddedName(host, address));
    return withAdded(more);
  }

  /** Without one address under a name, or without all that were added under it. */
  public DnsState minus(String host, Optional<InetAddress> address) {
    return withAdded(
        added.stream()
            .filter(one ->
                !one.host().equals(host)
                    || address.filter(a -> !a.equals(one.address())).isPresent())
            .toList());
  }

  public DnsState withAdded(List<AddedName> value) {
    return new DnsState(enabled, config, value);
  }
}
