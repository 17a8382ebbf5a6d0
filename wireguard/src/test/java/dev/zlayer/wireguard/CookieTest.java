package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.memory.Endpoint;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A cookie's way: demanded by the responder, held by the initiator, shown, and out of date. */
class CookieTest {
  private static final long SECOND = 1_000_000_000L;

  private final Random random = new Random(3);
  private final Crypto crypto = Crypto.portable();
  private final Identity responder = new Identity(crypto, PrivateKey.generate(random::nextBytes));
  private final CookieChecker checker = new CookieChecker(crypto, random::nextBytes);
  private final HeldCookie held = new HeldCookie();
  private final Endpoint source = Endpoint.parse("192.0.2.1:1000");

  private byte[] message(long now) {
    byte[] message = new byte[Protocol.INITIATION_BYTES];
    random.nextBytes(message);
    Arrays.fill(message, message.length - 32, message.length, (byte) 0);
    Identity.stamp(message, responder.publicKey());
    held.stamp(message, now);
    return message;
  }

  private boolean isProven(byte[] message, Endpoint source, long now) {
    return CookieChecker.isProven(message, checker.cookie(source, now));
  }

  private byte[] reply(byte[] message, long now) {
    return checker.reply(message, responder, checker.cookie(source, now));
  }

  private boolean obtainCookie(long now) {
    byte[] reply = reply(message(now), now);
    return held.accept(crypto, reply, responder.publicKey(), now);
  }

  @Test
  void provesWhereTheInitiatorIs() {
    assertFalse(isProven(message(0), source, 0));
    assertTrue(obtainCookie(0));
    assertTrue(isProven(message(SECOND), source, SECOND));
  }

  @Test
  void provesNothingFromElsewhere() {
    assertTrue(obtainCookie(0));
    byte[] message = message(0);
    assertFalse(isProven(message, Endpoint.parse("192.0.2.1:1001"), 0));
    assertFalse(isProven(message, Endpoint.parse("192.0.2.2:1000"), 0));
  }

  @Test
  void isNotShownAfterTwoMinutes() {
    assertTrue(obtainCookie(0));
    byte[] message = message(120 * SECOND);
    byte[] mac2 = Arrays.copyOfRange(message, message.length - 16, message.length);
    assertArrayEquals(new byte[16], mac2);
  }

  @Test
  void isWorthNothingOnceTheSecretHasChanged() {
    assertTrue(obtainCookie(0));
    byte[] message = message(0);
    assertFalse(isProven(message, source, 120 * SECOND));
  }

  @Test
  void acceptsNoAlteredReply() {
    byte[] reply = reply(message(0), 0);
    for (int i = 8; i < reply.length; i++) {
      byte[] altered = reply.clone();
      altered[i] ^= 1;
      assertFalse(held.accept(crypto, altered, responder.publicKey(), 0), "byte " + i);
    }
    assertTrue(held.accept(crypto, reply, responder.publicKey(), 0));
  }

  @Test
  void acceptsOneReplyAMessageAndOnlyToTheLast() {
    byte[] first = reply(message(0), 0);
    byte[] second = reply(message(0), 0);
    assertFalse(held.accept(crypto, first, responder.publicKey(), 0));
    assertTrue(held.accept(crypto, second, responder.publicKey(), 0));
    assertFalse(held.accept(crypto, second, responder.publicKey(), 0));
  }

  @Test
  void answersWithTheSendersIndex() {
    byte[] message = message(0);
    byte[] reply = reply(message, 0);
    assertEquals(Protocol.COOKIE_REPLY_BYTES, reply.length);
    assertEquals(3, reply[0]);
    assertArrayEquals(Arrays.copyOfRange(message, 4, 8), Arrays.copyOfRange(reply, 4, 8));
  }
}
