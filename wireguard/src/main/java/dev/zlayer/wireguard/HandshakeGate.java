package dev.zlayer.wireguard;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.memory.Endpoint;

/**
 * What a handshake message has to pass before we do expensive work for it (section 5.3): nothing
 * while there are few; a cookie and its source's share of our time while there are many. The first
 * answer to each handshake that we began comes by without. The engine's lock guards it.
 */
final class HandshakeGate {
  enum Verdict {
    PASS,
    DEMAND_COOKIE,
    LIMIT
  }

  private final LoadMeter load = new LoadMeter();
  private final HandshakeLimiter limiter = new HandshakeLimiter();
  private final CookieChecker cookies;

  HandshakeGate(Crypto crypto, Entropy entropy) {
    cookies = new CookieChecker(crypto, entropy);
  }

  /** What to do with a message whose MAC1 is made for us. */
  Verdict judge(byte[] message, Endpoint source, long nowNanos) {
    if (!load.count(nowNanos)) {
      return Verdict.PASS;
    }
    if (!cookies.isProven(message, source, nowNanos)) {
      return Verdict.DEMAND_COOKIE;
    }
    return limiter.admit(source, nowNanos) ? Verdict.PASS : Verdict.LIMIT;
  }

  /** The answer that demands a cookie. */
  byte[] cookieReply(byte[] message, Identity addressee, Endpoint source, long nowNanos) {
    return cookies.reply(message, addressee, source, nowNanos);
  }
}
