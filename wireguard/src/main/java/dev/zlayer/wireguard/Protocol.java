package dev.zlayer.wireguard;

import java.nio.charset.StandardCharsets;

/** The numbers and labels of the protocol (white paper, sections 5.4 and 6.1; kernel values). */
final class Protocol {
  static final byte[] CONSTRUCTION = ascii("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s");
  static final byte[] IDENTIFIER = ascii("WireGuard v1 zx2c4 Jason@zx2c4.com");
  static final byte[] LABEL_MAC1 = ascii("mac1----");
  static final byte[] LABEL_COOKIE = ascii("cookie--");

  static final int TYPE_INITIATION = 1;
  static final int TYPE_RESPONSE = 2;
  static final int TYPE_COOKIE_REPLY = 3;
  static final int TYPE_TRANSPORT = 4;

  static final int INITIATION_BYTES = 148;
  static final int RESPONSE_BYTES = 92;
  static final int COOKIE_REPLY_BYTES = 64;
  static final int TRANSPORT_HEADER_BYTES = 16;
  static final int KEEPALIVE_BYTES = 32;
  static final int MAC_BYTES = 16;
  static final int PADDING_BYTES = 16;

  private static final long SECOND = 1_000_000_000L;

  static final long REKEY_AFTER_NANOS = 120 * SECOND;
  static final long REJECT_AFTER_NANOS = 180 * SECOND;
  static final long REKEY_ATTEMPT_NANOS = 90 * SECOND;
  static final long REKEY_TIMEOUT_NANOS = 5 * SECOND;
  static final int REKEY_JITTER_NANOS = 333_000_000;
  static final long KEEPALIVE_TIMEOUT_NANOS = 10 * SECOND;

  /** A receiving initiator renews this late in a session's life, since no later chance is sure. */
  static final long REKEY_ON_RECEIVE_NANOS =
      REJECT_AFTER_NANOS - KEEPALIVE_TIMEOUT_NANOS - REKEY_TIMEOUT_NANOS;

  /** Silence after data that was sent, until the session is taken for dead. */
  static final long UNANSWERED_NANOS = KEEPALIVE_TIMEOUT_NANOS + REKEY_TIMEOUT_NANOS;

  static final long ZERO_KEYS_NANOS = 3 * REJECT_AFTER_NANOS;

  /** One initiation of a peer is answered in this time; more are a flood. */
  static final long INITIATION_INTERVAL_NANOS = SECOND / 50;

  /** How long a cookie's secret is used, and the cookie with it. */
  static final long COOKIE_NANOS = 120 * SECOND;

  static final long REKEY_AFTER_MESSAGES = 1L << 60;

  /** An unsigned number: 2^64 - 2^13 - 1. */
  static final long REJECT_AFTER_MESSAGES = -(1L << 13) - 1;

  /** Packets that wait for one peer's handshake; the oldest gives way. */
  static final int MAX_STAGED = 128;

  /** How long an old identity of ours still answers, after it was replaced. */
  static final long PREVIOUS_IDENTITY_NANOS = REJECT_AFTER_NANOS;

  private Protocol() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
