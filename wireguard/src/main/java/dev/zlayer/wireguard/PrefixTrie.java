package dev.zlayer.wireguard;

import java.util.Objects;

/**
 * A node of a path-compressed binary trie of prefixes, and so the trie below it; null is an empty
 * one. An immutable value: a change copies the path from the root to the changed node and shares
 * the rest.
 *
 * @param high of the prefix; its bits beyond {@code length} are zero
 * @param length in bits, less than 128
 * @param owner null in a node that only branches
 * @param <T> what a prefix leads to
 */
record PrefixTrie<T>(
    long high, long low, int length, T owner, PrefixTrie<T> zero, PrefixTrie<T> one) {

  /** The owner of the longest prefix around an address, or null where there is none. */
  static <T> T find(PrefixTrie<T> root, long high, long low) {
    T owner = null;
    PrefixTrie<T> node = root;
    while (node != null && node.covers(high, low)) {
      if (node.owner != null) {
        owner = node.owner;
      }
      node = node.child(high, low);
    }
    return owner;
  }

  /** The owner of exactly this prefix, or null where there is none. */
  static <T> T exact(PrefixTrie<T> root, long high, long low, int length) {
    PrefixTrie<T> node = root;
    while (node != null && node.length < length && node.covers(high, low)) {
      node = node.child(high, low);
    }
    return node != null && node.length == length && node.covers(high, low) ? node.owner : null;
  }

  /** A trie with a prefix leading to {@code owner}, taken from whoever had it. */
  static <T> PrefixTrie<T> with(PrefixTrie<T> root, long high, long low, int length, T owner) {
    return insert(root, new PrefixTrie<>(high, low, length, owner, null, null));
  }

  /** A trie without the entry for exactly this prefix, if {@code owner} has it. */
  static <T> PrefixTrie<T> without(PrefixTrie<T> node, long high, long low, int length, T owner) {
    if (node == null || node.length > length || !node.covers(high, low)) {
      return node;
    }
    if (node.length == length) {
      return Objects.equals(node.owner, owner) ? node.withOwner(null).collapse() : node;
    }
    PrefixTrie<T> child = without(node.child(high, low), high, low, length, owner);
    return node.withChild(child, bit(high, low, node.length)).collapse();
  }

  private static <T> PrefixTrie<T> insert(PrefixTrie<T> node, PrefixTrie<T> leaf) {
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
    PrefixTrie<T> child = insert(node.child(leaf.high, leaf.low), leaf);
    return node.withChild(child, bit(leaf.high, leaf.low, node.length));
  }

  private static <T> PrefixTrie<T> branch(PrefixTrie<T> node, PrefixTrie<T> leaf, int shared) {
    PrefixTrie<T> fork =
        new PrefixTrie<>(
            leaf.high & highMask(shared), leaf.low & lowMask(shared), shared, null, null, null);
    return fork.withChild(node, bit(node.high, node.low, shared))
        .withChild(leaf, bit(leaf.high, leaf.low, shared));
  }

  private boolean covers(long otherHigh, long otherLow) {
    return common(high, low, otherHigh, otherLow) >= length;
  }

  private PrefixTrie<T> child(long otherHigh, long otherLow) {
    return bit(otherHigh, otherLow, length) ? one : zero;
  }

  private PrefixTrie<T> withChild(PrefixTrie<T> child, boolean right) {
    return right
        ? new PrefixTrie<>(high, low, length, owner, zero, child)
        : new PrefixTrie<>(high, low, length, owner, child, one);
  }

  private PrefixTrie<T> withOwner(T newOwner) {
    return new PrefixTrie<>(high, low, length, newOwner, zero, one);
  }

  /** A node that neither owns nor branches gives way to its child. */
  private PrefixTrie<T> collapse() {
    if (owner != null || (zero != null && one != null)) {
      return this;
    }
    return zero != null ? zero : one;
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
    return length <= 64 ? 0 : -1L << (128 - length);
  }
}
