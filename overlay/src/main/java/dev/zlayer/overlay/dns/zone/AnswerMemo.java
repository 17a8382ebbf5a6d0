package dev.zlayer.overlay.dns.zone;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers by the datagrams that they were given to: one that is the same, but for its id, has the
 * same answer until the zone changes. Thread safe; it forgets everything when it is full.
 */
final class AnswerMemo {
  /** Room for the addresses of some 15,000 names. */
  private static final long MAX_BYTES = 4 << 20;

  private static final int ENTRY_BYTES = 160;
  private static final int MAX_ANSWER_BYTES = 512;
  private static final int ID_BYTES = 2;

  private volatile Known known = new Known(-1);

  /** The answer to {@code query}, as version {@code version} of the zone gave it. */
  Optional<byte[]> find(byte[] query, long version) {
    Known now = known;
    byte[] found = now.version == version ? now.answers.get(new Key(query)) : null;
    if (found == null) {
      return Optional.empty();
    }
    byte[] answer = found.clone();
    System.arraycopy(query, 0, answer, 0, ID_BYTES);
    return Optional.of(answer);
  }

  /** Keeps both arrays, which nobody may change afterwards. */
  void keep(byte[] query, long version, byte[] answer) {
    if (answer.length > MAX_ANSWER_BYTES) {
      return;
    }
    Known now = known;
    if (now.version != version || now.bytes.get() > MAX_BYTES) {
      now = new Known(version);
      known = now;
    }
    if (now.answers.put(new Key(query), answer) == null) {
      now.bytes.addAndGet(query.length + answer.length + ENTRY_BYTES);
    }
  }

  /** What is known of one version of the zone. */
  private static final class Known {
    private final long version;
    private final Map<Key, byte[]> answers = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    Known(long version) {
      this.version = version;
    }
  }

  /**
   * A query but for its id. It has an order, so that equal hashes cost no more than a logarithm.
   */
  private static final class Key implements Comparable<Key> {
    private final byte[] query;
    private final int hash;

    Key(byte[] query) {
      this.query = query;
      int code = 0;
      for (int i = ID_BYTES; i < query.length; i++) {
        code = 31 * code + query[i];
      }
      this.hash = code;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && hash == key.hash && compareTo(key) == 0;
    }

    @Override
    public int compareTo(Key other) {
      return Arrays.compare(
          query, ID_BYTES, query.length, other.query, ID_BYTES, other.query.length);
    }
  }
}
