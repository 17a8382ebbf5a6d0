package dev.zlayer.wireguard;

/**
 * One peer's timers (section 6), as the times at which they are due.
 *
 * <p>The events of the data path ({@code data...}, {@code packet...}) come from packet threads
 * without a lock: the fields that they touch are volatile, and a lost race between them moves a
 * timer by less than a packet's time. A timer is set before the deadlines are told, so that who
 * takes the peer out of them and then looks at its timers misses none. All else is called under the
 * engine's lock.
 */
final class PeerTimers extends Deadlines.Entry {
  private static final long NEVER = Deadlines.NEVER;

  private final Peer peer;
  private final Deadlines<PeerTimers> deadlines;

  private volatile long keepaliveAt = NEVER;
  private volatile boolean wantsAnotherKeepalive;
  private boolean anotherAfterThis;
  private volatile long newHandshakeAt = NEVER;
  private volatile long persistentKeepaliveAt = NEVER;
  private volatile int persistentKeepaliveSeconds;
  private volatile int jitterNanos;
  private long retransmitAt = NEVER;
  private long zeroKeysAt = NEVER;

  PeerTimers(Peer peer, Deadlines<PeerTimers> deadlines) {
    this.peer = peer;
    this.deadlines = deadlines;
  }

  Peer peer() {
    return peer;
  }

  /** The peer was removed: none of its timers comes up any more, whatever packet threads set. */
  void stop() {
    deadlines.remove(this);
  }

  /** The peer was taken out of the deadlines, and what was due is done: on to the next timer. */
  void wind() {
    comeUpAt(dueNanos());
  }

  private void comeUpAt(long nanos) {
    deadlines.pullForward(this, nanos);
  }

  /** Sets the interval of the persistent keepalive; 0 turns it off. */
  void persistentKeepalive(int seconds, long nowNanos) {
    persistentKeepaliveSeconds = seconds;
    persistentKeepaliveAt = seconds == 0 ? NEVER : nowNanos + intervalNanos(seconds);
    comeUpAt(persistentKeepaliveAt);
  }

  /** A packet that isn't a keepalive was sent: its answer is due some time (section 6.2). */
  void dataSent(long nowNanos) {
    if (newHandshakeAt == NEVER) {
      newHandshakeAt = nowNanos + Protocol.UNANSWERED_NANOS + jitterNanos;
      comeUpAt(newHandshakeAt);
    }
  }

  /** A packet that isn't a keepalive was received: we owe a sign of life (section 6.5). */
  void dataReceived(long nowNanos) {
    if (keepaliveAt == NEVER) {
      keepaliveAt = nowNanos + Protocol.KEEPALIVE_TIMEOUT_NANOS;
      comeUpAt(keepaliveAt);
    } else if (!wantsAnotherKeepalive) {
      wantsAnotherKeepalive = true;
    }
  }

  /** Any authenticated message was sent, a handshake's or a keepalive among them. */
  void packetSent(long nowNanos) {
    if (keepaliveAt != NEVER) {
      keepaliveAt = NEVER;
    }
    traversed(nowNanos);
  }

  /** Any authenticated message was received. */
  void packetReceived(long nowNanos) {
    if (newHandshakeAt != NEVER) {
      newHandshakeAt = NEVER;
    }
    traversed(nowNanos);
  }

  private void traversed(long nowNanos) {
    int seconds = persistentKeepaliveSeconds;
    if (seconds != 0 && persistentKeepaliveAt != nowNanos + intervalNanos(seconds)) {
      persistentKeepaliveAt = nowNanos + intervalNanos(seconds);
      comeUpAt(persistentKeepaliveAt);
    }
  }

  /**
   * A handshake message was sent at {@code sentNanos}; if it comes to nothing, an initiation is due
   * (section 6.4).
   *
   * @param jitter 0 to 333 ms, so that two peers don't go on meeting half-way
   */
  void retryAfter(long sentNanos, int jitter) {
    jitterNanos = jitter;
    retransmitAt = sentNanos + Protocol.REKEY_TIMEOUT_NANOS + jitter;
    comeUpAt(retransmitAt);
  }

  /** The handshake is over: answered, confirmed or given up. */
  void handshakeOver() {
    retransmitAt = NEVER;
  }

  /** Keys came about, which are to be erased when nothing follows them (section 6.3). */
  void sessionDerived(long nowNanos) {
    zeroKeysAt = nowNanos + Protocol.ZERO_KEYS_NANOS;
    comeUpAt(zeroKeysAt);
  }

  /** No handshake came about: whatever keys are left go the way of all keys. */
  void handshakeGivenUp(long nowNanos) {
    handshakeOver();
    keepaliveAt = NEVER;
    if (zeroKeysAt == NEVER) {
      sessionDerived(nowNanos);
    }
  }

  /** Whether an initiation will be sent unless the handshake comes about before. */
  boolean willRetry() {
    return retransmitAt != NEVER;
  }

  boolean retransmitDue(long nowNanos) {
    return retransmitAt <= nowNanos;
  }

  /** Whether a keepalive is due; if so the timer is spent. */
  boolean takeKeepalive(long nowNanos) {
    if (keepaliveAt > nowNanos) {
      return false;
    }
    keepaliveAt = NEVER;
    anotherAfterThis = wantsAnotherKeepalive;
    wantsAnotherKeepalive = false;
    return true;
  }

  /** A keepalive was sent; the next one is due if data came in while this one was awaited. */
  void keepaliveSent(long nowNanos) {
    packetSent(nowNanos);
    if (anotherAfterThis) {
      anotherAfterThis = false;
      dataReceived(nowNanos);
    }
  }

  /** Whether data went unanswered for too long; if so the timer is spent. */
  boolean takeNewHandshake(long nowNanos) {
    if (newHandshakeAt > nowNanos) {
      return false;
    }
    newHandshakeAt = NEVER;
    return true;
  }

  /** Whether a persistent keepalive is due; if so the timer is set for the next one. */
  boolean takePersistentKeepalive(long nowNanos) {
    if (persistentKeepaliveAt > nowNanos) {
      return false;
    }
    int seconds = persistentKeepaliveSeconds;
    // A packet thread can set the timer just after it was turned off.
    persistentKeepaliveAt = seconds == 0 ? NEVER : nowNanos + intervalNanos(seconds);
    comeUpAt(persistentKeepaliveAt);
    return seconds != 0;
  }

  /** Whether all keys are to be erased; if so the timer is spent. */
  boolean takeZeroKeys(long nowNanos) {
    if (zeroKeysAt > nowNanos) {
      return false;
    }
    zeroKeysAt = NEVER;
    return true;
  }

  private static long intervalNanos(int seconds) {
    return seconds * 1_000_000_000L;
  }

  /** When the next of these timers is due. */
  private long dueNanos() {
    return Math.min(
        Math.min(Math.min(keepaliveAt, newHandshakeAt), persistentKeepaliveAt),
        Math.min(retransmitAt, zeroKeysAt));
  }
}
