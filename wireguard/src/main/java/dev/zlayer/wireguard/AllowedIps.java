package dev.zlayer.wireguard;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Which peer owns which addresses: a longest-prefix match over IPv4 and IPv6 (section 2, "cryptokey
 * routing").
 *
 * <p>An immutable value: packet threads look up in the snapshot that they hold, while a change
 * copies the path from the root to the changed node and shares the rest.
 *
 * @param <T> what a prefix leads to
 */
final class AllowedIps<T> {
  /**
   * A node of a path-compressed binary trie. An IPv4 address stands in the upper 32 bits of {@code
   * high}. Bits of the prefix beyond {@code length} are zero. {@code owner} is null in a node that
   * only branches.
   */
  private record Node<T>(long high, long low, int length, T owner, Node<T> zero, Node<T> one) {

    boolean covers(long otherHigh, long otherLow) {
      return common(high, low, otherHigh, otherLow) >= length;
    }

    Node<T> child(long otherHigh, long otherLow) {
      return bit(otherHigh, otherLow, length) ? one : zero;
    }

    Node<T> withChild(Node<T> child, boolean right) {
      return right
          ? new Node<>(high, low, length, owner, zero, child)
          : new Node<>(high, low, length, owner, child, one);
    }

    Node<T> withOwner(T newOwner) {
      return new Node<>(high, low, length, newOwner, zero, one);
    }
  }

  private final Node<T> ipv4;
  private final Node<T> ipv6;

  private AllowedIps(Node<T> ipv4, Node<T> ipv6) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  static <T> AllowedIps<T> empty() {
    return new AllowedIps<>(null, null);
  }

  /** This table with {@code prefix} leading to {@code owner}, taken from whoever had it. */
  AllowedIps<T> with(Cidr prefix, T owner) {
    Node<T> leaf = leaf(prefix, owner);
    return prefix.isIpv4()
        ? new AllowedIps<>(insert(ipv4, leaf), ipv6)
        : new AllowedIps<>(ipv4, insert(ipv6, leaf));
  }

  /** This table without the entry for exactly {@code prefix}, if {@code owner} has it. */
  AllowedIps<T> without(Cidr prefix, T owner) {
    Node<T> leaf = leaf(prefix, owner);
    return prefix.isIpv4()
        ? new AllowedIps<>(remove(ipv4, leaf), ipv6)
        : new AllowedIps<>(ipv4, remove(ipv6, leaf));
  }

  /** The owner of the longest prefix around an IPv4 address, or null where there is none. */
  T ownerOfIpv4(int address) {
    return find(ipv4, (long) address << 32, 0);
  }

  /** The owner of the longest prefix around an IPv6 address, or null where there is none. */
  T ownerOfIpv6(long high, long low) {
    return find(ipv6, high, low);
  }

  /** The owner of exactly {@code prefix}, or null where there is none. */
  T ownerOf(Cidr prefix) {
    Node<T> leaf = leaf(prefix, null);
    Node<T> node = prefix.isIpv4() ? ipv4 : ipv6;
    while (node != null && node.length < leaf.length && node.covers(leaf.high, leaf.low)) {
      node = node.child(leaf.high, leaf.low);
    }
    return node != null && node.length == leaf.length && node.covers(leaf.high, leaf.low)
        ? node.owner
        : null;
  }

  private static <T> T find(Node<T> root, long high, long low) {
    T owner = null;
    Node<T> node = root;
    while (node != null && node.covers(high, low)) {
      if (node.owner != null) {
        owner = node.owner;
      }
      if (node.length == 128) {
        break;
      }
      node = node.child(high, low);
    }
    return owner;
  }

  private static <T> Node<T> insert(Node<T> node, Node<T> leaf) {
    if (node == null) {
      return leaf;
    }
    int shared = Math.min(common(node.high, node.low, leaf.high, leaf.low), leaf.length);
    if (shared < node.length) {
      return shared == leaf.length
          ? leaf.withChild(node, bit(node.high, node.low, shared))
          : branch(node, leaf, shared);
    }
    if (node.length == leaf.length) {
      return node.withOwner(leaf.owner);
    }
    boolean right = bit(leaf.high, leaf.low, node.length);
    return node.withChild(insert(right ? node.one : node.zero, leaf), right);
  }

  private static <T> Node<T> branch(Node<T> node, Node<T> leaf, int shared) {
    Node<T> fork =
        new Node<>(
            leaf.high & highMask(shared), leaf.low & lowMask(shared), shared, null, null, null);
    return fork.withChild(node, bit(node.high, node.low, shared))
        .withChild(leaf, bit(leaf.high, leaf.low, shared));
  }

  private static <T> Node<T> remove(Node<T> node, Node<T> leaf) {
    if (node == null || node.length > leaf.length || !node.covers(leaf.high, leaf.low)) {
      return node;
    }
    if (node.length == leaf.length) {
      return Objects.equals(node.owner, leaf.owner) ? collapse(node.withOwner(null)) : node;
    }
    boolean right = bit(leaf.high, leaf.low, node.length);
    Node<T> child = right ? node.one : node.zero;
    return collapse(node.withChild(remove(child, leaf), right));
  }

  /** A node that neither owns nor branches gives way to its child. */
  private static <T> Node<T> collapse(Node<T> node) {
    if (node.owner != null || (node.zero != null && node.one != null)) {
      return node;
    }
    return node.zero != null ? node.zero : node.one;
  }

  private static <T> Node<T> leaf(Cidr prefix, T owner) {
    byte[] bytes = prefix.network().getAddress();
    ByteBuffer padded = ByteBuffer.allocate(16).put(bytes);
    return new Node<>(
        padded.getLong(0), padded.getLong(8), prefix.prefixLength(), owner, null, null);
  }

  /** How many leading bits two addresses share, 0 to 128. */
  private static int common(long high, long low, long otherHigh, long otherLow) {
    long difference = high ^ otherHigh;
    return difference != 0
        ? Long.numberOfLeadingZeros(difference)
        : 64 + Long.numberOfLeadingZeros(low ^ otherLow);
  }

  private static boolean bit(long high, long low, int index) {
    return index < 64 ? (high << index) < 0 : (low << (index - 64)) < 0;
  }

  private static long highMask(int length) {
    return length == 0 ? 0 : length >= 64 ? -1 : -1L << (64 - length);
  }

  private static long lowMask(int length) {
    return length <= 64 ? 0 : length == 128 ? -1 : -1L << (128 - length);
  }
}
