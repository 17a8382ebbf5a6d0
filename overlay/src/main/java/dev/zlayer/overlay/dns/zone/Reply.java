package dev.zlayer.overlay.dns.zone;

/** What becomes of a query. */
public sealed interface Reply {
  /** It is answered with {@code message}. */
  record Answer(byte[] message) implements Reply {}

  /** Somebody else has to be asked. */
  record Forward(Query query) implements Reply {}

  /** Nothing is sent: it was no query. */
  record Silence() implements Reply {}
}
