package dev.zlayer.wireguard;

import java.util.Objects;
import java.util.stream.Stream;

/**
 * One peer's sessions (section 6.1): the current one, in which we send, and its neighbours, in
 * which messages may still or already come in.
 *
 * <p>When both peers begin a handshake at once, two sessions come about. Both are kept until data
 * shows which one lives, and both sides settle, messages in order, on the one that the peer with
 * the greater public key began: no message is lost on the way, and only one side renews it.
 *
 * <p>Packet threads read {@link #current} and {@link #isNext}; changes are made under the engine's
 * lock.
 */
final class Sessions {
  private final IndexTable indices;

  private Session previous;
  private volatile Session current;

  /** As responder we may not send in a new session before the initiator has used it. */
  private volatile Session next;

  /** What went through sessions that are gone. */
  private long pastReceivedMessages;

  private long pastSentMessages;

  Sessions(IndexTable indices) {
    this.indices = indices;
  }

  /** The session to send in, or null. */
  Session current() {
    return current;
  }

  /** Whether {@code session} waits for the initiator's first message. */
  boolean isNext(Session session) {
    return next == session;
  }

  /** Takes in a session that we began, as the one to send in. */
  void install(Session session, long nowNanos) {
    indices.put(session);
    discard(previous);
    previous = current;
    current = session;
    if (next != null && next.isExpired(nowNanos)) {
      discard(next);
      next = null;
    }
  }

  /** Takes in a session that the peer began, to be used once the peer uses it. */
  void offer(Session session) {
    indices.put(session);
    discard(next);
    next = session;
  }

  /**
   * The peer has sent a message in {@code session}.
   *
   * @param peerPrevails whether the peer's public key is greater than ours
   * @return whether it was the next one and now is the current one
   */
  boolean confirm(Session session, boolean peerPrevails) {
    if (session != next) {
      return false;
    }
    if (current != null && current.isNewerThan(session) && !peerPrevails) {
      return false;
    }
    discard(previous);
    previous = current;
    current = session;
    next = null;
    return true;
  }

  /** Messages that all sessions so far have opened. */
  long receivedMessages() {
    return pastReceivedMessages + living().mapToLong(each -> each.opening().messages()).sum();
  }

  /** Messages that all sessions so far have sealed. */
  long sentMessages() {
    return pastSentMessages + living().mapToLong(each -> each.sealing().messages()).sum();
  }

  private Stream<Session> living() {
    return Stream.of(previous, current, next).filter(Objects::nonNull);
  }

  /** Erases all keys. */
  void clear() {
    Session[] all = {previous, current, next};
    previous = null;
    current = null;
    next = null;
    for (Session session : all) {
      discard(session);
    }
  }

  private void discard(Session session) {
    if (session != null) {
      indices.remove(session);
      session.erase();
      pastReceivedMessages += session.opening().messages();
      pastSentMessages += session.sealing().messages();
    }
  }
}
