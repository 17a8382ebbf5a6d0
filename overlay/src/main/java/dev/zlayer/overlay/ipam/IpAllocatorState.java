package dev.zlayer.overlay.ipam;

import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The leases of a network as a plain value.
 *
 * @param allocated leased addresses, in any order
 * @param restingSince when the addresses that still rest were released
 */
public record IpAllocatorState(
    Cidr cidr, List<InetAddress> allocated, Map<InetAddress, Instant> restingSince) {
  public IpAllocatorState {
    allocated = List.copyOf(allocated);
    restingSince = Collections.unmodifiableMap(new LinkedHashMap<>(restingSince));
  }
}
