package dev.zlayer.wireguard;

/**
 * One peer's timers (section 6), as the times at which they are due.
 *
 * <p>The events of the data path ({@code data...}, {@code packet...}) come from packet threads
 * without a lock: the fields that they touch are volatile, and a lost race between them moves a
 * timer by less than a packet's time. A timer is set before the alarm is told, so that who resets
 * the alarm and then looks at the timers misses none. All else is called under the engine's lock.
 */
final class PeerTimers {
  private final Alarm alarm;

  private volatile long keepaliveAt = Alarm.NEVER;
  private volatile boolean wantsAnotherKeepalive;
  private boolean anotherAfterThis;
  private volatile long newHandshakeAt = Alarm.NEVER;
  private volatile long persistentKeepaliveAt = Alarm.NEVER;
  private volatile long persistentKeepaliveNanos;
  private volatile long jitterNanos;
  private long retransmitAt = Alarm.NEVER;
  private long zeroKeysAt = Alarm.NEVER;

  PeerTimers(Alarm alarm) {
    this.alarm = alarm;
  }

  /** Sets the interval of the persistent keepalive; 0 turns it off. */
  void persistentKeepalive(long intervalNanos, long nowNanos) {
    persistentKeepaliveNanos = intervalNanos;
    persistentKeepaliveAt = intervalNanos == 0 ? Alarm.NEVER : nowNanos + intervalNanos;
    alarm.pullForward(persistentKeepaliveAt);
  }

  /** A packet that isn't a keepalive was sent: its answer is due some time (section 6.2). */
  void dataSent(long nowNanos) {
    if (newHandshakeAt == Alarm.NEVER) {
      newHandshakeAt = nowNanos + Protocol.UNANSWERED_NANOS + jitterNanos;
      alarm.pullForward(newHandshakeAt);
    }
  }

  /** A packet that isn't a keepalive was received: we owe a sign of life (section 6.5). */
  void dataReceived(long nowNanos) {
    if (keepaliveAt == Alarm.NEVER) {
      keepaliveAt = nowNanos + Protocol.KEEPALIVE_TIMEOUT_NANOS;
      alarm.pullForward(keepaliveAt);
    } else if (!wantsAnotherKeepalive) {
      wantsAnotherKeepalive = true;
    }
  }

  /** Any authenticated message was sent, a handshake's or a keepalive among them. */
  void packetSent(long nowNanos) {
    if (keepaliveAt != Alarm.NEVER) {
      keepaliveAt = Alarm.NEVER;
    }
    traversed(nowNanos);
  }

  /** Any authenticated message was received. */
  void packetReceived(long nowNanos) {
    if (newHandshakeAt != Alarm.NEVER) {
      newHandshakeAt = Alarm.NEVER;
    }
    traversed(nowNanos);
  }

  private void traversed(long nowNanos) {
    long interval = persistentKeepaliveNanos;
    if (interval != 0 && persistentKeepaliveAt != nowNanos + interval) {
      persistentKeepaliveAt = nowNanos + interval;
      alarm.pullForward(persistentKeepaliveAt);
    }
  }

  /**
   * A handshake message was sent at {@code sentNanos}; if it comes to nothing, an initiation is due
   * (section 6.4).
   *
   * @param jitter 0 to 333 ms, so that two peers don't go on meeting half-way
   */
  void retryAfter(long sentNanos, long jitter) {
    jitterNanos = jitter;
    retransmitAt = sentNanos + Protocol.REKEY_TIMEOUT_NANOS + jitter;
    alarm.pullForward(retransmitAt);
  }

  /** The handshake is over: answered, confirmed or given up. */
  void handshakeOver() {
    retransmitAt = Alarm.NEVER;
  }

  /** Keys came about, which are to be erased when nothing follows them (section 6.3). */
  void sessionDerived(long nowNanos) {
    zeroKeysAt = nowNanos + Protocol.ZERO_KEYS_NANOS;
    alarm.pullForward(zeroKeysAt);
  }

  /** No handshake came about: whatever keys are left go the way of all keys. */
  void handshakeGivenUp(long nowNanos) {
    handshakeOver();
    keepaliveAt = Alarm.NEVER;
    if (zeroKeysAt == Alarm.NEVER) {
      sessionDerived(nowNanos);
    }
  }

  /** Whether an initiation will be sent unless the handshake comes about before. */
  boolean willRetry() {
    return retransmitAt != Alarm.NEVER;
  }

  boolean retransmitDue(long nowNanos) {
    return retransmitAt <= nowNanos;
  }

  /** Whether a keepalive is due; if so the timer is spent. */
  boolean takeKeepalive(long nowNanos) {
    if (keepaliveAt > nowNanos) {
      return false;
    }
    keepaliveAt = Alarm.NEVER;
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
    newHandshakeAt = Alarm.NEVER;
    return true;
  }

  /** Whether a persistent keepalive is due; if so the timer is set for the next one. */
  boolean takePersistentKeepalive(long nowNanos) {
    if (persistentKeepaliveAt > nowNanos) {
      return false;
    }
    long interval = persistentKeepaliveNanos;
    // A packet thread can set the timer just after it was turned off.
    persistentKeepaliveAt = interval == 0 ? Alarm.NEVER : nowNanos + interval;
    alarm.pullForward(persistentKeepaliveAt);
    return interval != 0;
  }

  /** Whether all keys are to be erased; if so the timer is spent. */
  boolean takeZeroKeys(long nowNanos) {
    if (zeroKeysAt > nowNanos) {
      return false;
    }
    zeroKeysAt = Alarm.NEVER;
    return true;
  }

  /** When the next of these timers is due. */
  long dueNanos() {
    return Math.min(
        Math.min(Math.min(keepaliveAt, newHandshakeAt), persistentKeepaliveAt),
        Math.min(retransmitAt, zeroKeysAt));
  }
}
