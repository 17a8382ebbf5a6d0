package dev.zlayer.wireguard;

import java.nio.ByteBuffer;

/**
 * Which peer owns which addresses: the owner of the longest prefix around one, over IPv4 and IPv6
 * (section 2, "cryptokey routing"). Peers of a mesh mostly own single addresses: these are looked
 * up in a hash table, and only what isn't found there in a trie of the shorter prefixes.
 *
 * <p>An immutable value: packet threads look up in the snapshot that they hold.
 *
 * @param <T> what a prefix leads to
 */
final class AllowedIps<T> {
  /** Addresses of one family, in 128 bits; those of IPv4 stand in the upper 32. */
  private record Family<T>(HostTable<T> hosts, PrefixTrie<T> networks) {
    T ownerOf(long high, long low) {
      T owner = hosts.ownerOf(high, low);
      return owner != null || networks == null ? owner : PrefixTrie.find(networks, high, low);
    }

    T ownerOf(Cidr prefix) {
      return isHost(prefix)
          ? hosts.ownerOf(high(prefix), low(prefix))
          : PrefixTrie.exact(networks, high(prefix), low(prefix), prefix.prefixLength());
    }

    Family<T> with(Cidr prefix, T owner) {
      long high = high(prefix);
      long low = low(prefix);
      return isHost(prefix)
          ? new Family<>(hosts.with(high, low, owner), networks)
          : new Family<>(hosts, PrefixTrie.with(networks, high, low, prefix.prefixLength(), owner));
    }

    Family<T> without(Cidr prefix, T owner) {
      long high = high(prefix);
      long low = low(prefix);
      return isHost(prefix)
          ? new Family<>(hosts.without(high, low, owner), networks)
          : new Family<>(
              hosts, PrefixTrie.without(networks, high, low, prefix.prefixLength(), owner));
    }
  }

  private final Family<T> ipv4;
  private final Family<T> ipv6;

  private AllowedIps(Family<T> ipv4, Family<T> ipv6) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  static <T> AllowedIps<T> empty() {
    Family<T> nobody = new Family<>(HostTable.empty(), null);
    return new AllowedIps<>(nobody, nobody);
  }

  /** This table with {@code prefix} leading to {@code owner}, taken from whoever had it. */
  AllowedIps<T> with(Cidr prefix, T owner) {
    return prefix.isIpv4()
        ? new AllowedIps<>(ipv4.with(prefix, owner), ipv6)
        : new AllowedIps<>(ipv4, ipv6.with(prefix, owner));
  }

  /** This table without the entry for exactly {@code prefix}, if {@code owner} has it. */
  AllowedIps<T> without(Cidr prefix, T owner) {
    return prefix.isIpv4()
        ? new AllowedIps<>(ipv4.without(prefix, owner), ipv6)
        : new AllowedIps<>(ipv4, ipv6.without(prefix, owner));
  }

  /** The owner of the longest prefix around an IPv4 address, or null where there is none. */
  T ownerOfIpv4(int address) {
    return ipv4.ownerOf((long) address << 32, 0);
  }

  /** The owner of the longest prefix around an IPv6 address, or null where there is none. */
  T ownerOfIpv6(long high, long low) {
    return ipv6.ownerOf(high, low);
  }

  /** The owner of exactly {@code prefix}, or null where there is none. */
  T ownerOf(Cidr prefix) {
    return (prefix.isIpv4() ? ipv4 : ipv6).ownerOf(prefix);
  }

  private static boolean isHost(Cidr prefix) {
    return prefix.prefixLength() == (prefix.isIpv4() ? 32 : 128);
  }

  private static long high(Cidr prefix) {
    return address(prefix).getLong(0);
  }

  private static long low(Cidr prefix) {
    return address(prefix).getLong(8);
  }

  private static ByteBuffer address(Cidr prefix) {
    return ByteBuffer.allocate(16).put(prefix.network().getAddress());
  }
}
