package dev.zlayer.overlay.ipam;

import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/**
 * A set of non-negative numbers, kept as its maximal runs: a hundred thousand neighbours cost as
 * much as one number, and the lowest number that is missing is found without scanning.
 */
final class IntervalSet {
  private final TreeMap<BigInteger, BigInteger> lastByFirst = new TreeMap<>();
  private BigInteger count = BigInteger.ZERO;

  /** How many numbers are in the set. */
  BigInteger count() {
    return count;
  }

  boolean contains(BigInteger number) {
    Map.Entry<BigInteger, BigInteger> run = lastByFirst.floorEntry(number);
    return run != null && run.getValue().compareTo(number) >= 0;
  }

  /** The lowest number that is not in the set. */
  BigInteger lowestAbsent() {
    Map.Entry<BigInteger, BigInteger> run = lastByFirst.firstEntry();
    return run == null || run.getKey().signum() > 0
        ? BigInteger.ZERO
        : run.getValue().add(BigInteger.ONE);
  }

  void add(BigInteger number) {
    add(number, number);
  }

  /** Adds the numbers from {@code first} to {@code last}, both included. */
  void add(BigInteger first, BigInteger last) {
    remove(first, last);
    BigInteger start = first;
    BigInteger end = last;
    Map.Entry<BigInteger, BigInteger> before = lastByFirst.lowerEntry(first);
    if (before != null && before.getValue().add(BigInteger.ONE).equals(first)) {
      start = before.getKey();
    }
    BigInteger after = lastByFirst.remove(last.add(BigInteger.ONE));
    if (after != null) {
      end = after;
    }
    lastByFirst.put(start, end);
    count = count.add(length(first, last));
  }

  void remove(BigInteger number) {
    remove(number, number);
  }

  /** Removes the numbers from {@code first} to {@code last}, both included. */
  void remove(BigInteger first, BigInteger last) {
    Map.Entry<BigInteger, BigInteger> run = lastByFirst.floorEntry(last);
    while (run != null && run.getValue().compareTo(first) >= 0) {
      lastByFirst.remove(run.getKey());
      count = count.subtract(length(run.getKey().max(first), run.getValue().min(last)));
      if (run.getKey().compareTo(first) < 0) {
        lastByFirst.put(run.getKey(), first.subtract(BigInteger.ONE));
      }
      if (run.getValue().compareTo(last) > 0) {
        lastByFirst.put(last.add(BigInteger.ONE), run.getValue());
      }
      run = lastByFirst.lowerEntry(run.getKey());
    }
  }

  private static BigInteger length(BigInteger first, BigInteger last) {
    return last.subtract(first).add(BigInteger.ONE);
  }
}
