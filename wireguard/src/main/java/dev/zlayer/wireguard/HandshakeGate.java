package dev.zlayer.wireguard;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.memory.Endpoint;

/**
 * What a handshake message has to pass before we do expensive work for it (section 5.3): nothing
 * while few lead to nothing; a cookie and its source's share of our time while many do. The first
 * answer to each handshake that we began comes by without. The engine's lock guards it.
 */
final class HandshakeGate {
  /** What is to be done with a message. */
  sealed interface Verdict {}

  /** It may go on. */
  record Pass() implements Verdict {}

  /** It is answered with {@code reply}, which demands a cookie. */
  record DemandCookie(byte[] reply) implements Verdict {}

  /** Its source has used up its share. */
  record Limit() implements Verdict {}

  private final LoadMeter load = new LoadMeter();
  private final HandshakeLimiter limiter = new HandshakeLimiter();
  private final CookieChecker cookies;

  HandshakeGate(Crypto crypto, Entropy entropy) {
    cookies = new CookieChecker(crypto, entropy);
  }

  /** What to do with a message whose MAC1 is made for {@code addressee}. */
  Verdict judge(byte[] message, Identity addressee, Endpoint source, long nowNanos) {
    if (!load.isUnderLoad(nowNanos)) {
      return new Pass();
    }
    byte[] cookie = cookies.cookie(source, nowNanos);
    if (!CookieChecker.isProven(message, cookie)) {
      load.countVain(nowNanos);
      return new DemandCookie(cookies.reply(message, addressee, cookie));
    }
    if (!limiter.admit(source, nowNanos)) {
      load.countVain(nowNanos);
      return new Limit();
    }
    return new Pass();
  }

  /** A message that had passed led to nothing. */
  void countVain(long nowNanos) {
    load.countVain(nowNanos);
  }
}
