package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.testkit.VirtualClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Given the same keys, randomness and time, the engine sends byte for byte what an implementation
 * sends that isn't ours. {@code handshake_transcript.py}, beside the transcripts, tells which.
 */
class HandshakeTranscriptTest {
  private static final Endpoint INITIATOR = Endpoint.parse("192.0.2.1:51820");
  private static final Endpoint RESPONDER = Endpoint.parse("192.0.2.2:51820");

  @ParameterizedTest
  @CsvSource({"plain,system", "plain,portable", "preshared,system", "preshared,portable"})
  void initiatesAsTheTranscript(String name, String crypto) {
    Transcript transcript = new Transcript(name);
    Party initiator = transcript.initiator(crypto);
    assertSent(transcript.bytes("message.initiation"), initiator.seal("ping"));
    assertSent(transcript.bytes("message.ping"), initiator.open("message.response"));
    assertEquals(0, initiator.open("message.pong").size());
    assertArrayEquals(transcript.bytes("pong"), initiator.received());
  }

  @ParameterizedTest
  @CsvSource({"plain,system", "plain,portable", "preshared,system", "preshared,portable"})
  void respondsAsTheTranscript(String name, String crypto) {
    Transcript transcript = new Transcript(name);
    Party responder = transcript.responder(crypto);
    assertSent(transcript.bytes("message.response"), responder.open("message.initiation"));
    assertEquals(0, responder.open("message.ping").size());
    assertArrayEquals(transcript.bytes("ping"), responder.received());
    assertSent(transcript.bytes("message.pong"), responder.seal("pong"));
  }

  @ParameterizedTest
  @CsvSource({"plain,system", "plain,portable", "preshared,system", "preshared,portable"})
  void putsTheCookieIntoTheNextInitiationAsTheTranscript(String name, String crypto) {
    Transcript transcript = new Transcript(name);
    Party initiator = transcript.initiator(crypto);
    assertEquals(1, initiator.seal("ping").size());
    assertEquals(0, initiator.open("message.cookieReply").size());
    transcript.clock.advance(
        Duration.ofSeconds(Long.parseLong(transcript.text("retried.afterSeconds"))));
    assertSent(transcript.bytes("message.retried"), initiator.tick());
  }

  @ParameterizedTest
  @CsvSource({"preshared,plain", "plain,preshared"})
  void refusesTheResponseOfATranscriptWithAnotherPresharedKey(String ours, String theirs) {
    Party initiator = new Transcript(ours).initiator("system");
    initiator.seal("ping");
    assertEquals(0, initiator.take(new Transcript(theirs).bytes("message.response")).size());
    assertEquals(Map.of(DropReason.HANDSHAKE_FAILED, 1L), initiator.engine.drops());
  }

  private static void assertSent(byte[] message, List<byte[]> sent) {
    assertEquals(1, sent.size());
    assertEquals(HexFormat.of().formatHex(message), HexFormat.of().formatHex(sent.getFirst()));
  }

  /** One of the transcripts, and the time in it. */
  private static final class Transcript {
    private static final Properties ALL = load();

    private final String name;
    final VirtualClock clock;

    Transcript(String name) {
      this.name = name;
      this.clock =
          new VirtualClock(
              Instant.ofEpochSecond(
                  Long.parseLong(text("time.seconds")), Long.parseLong(text("time.nanos"))),
              0);
    }

    private static Properties load() {
      Properties all = new Properties();
      try (InputStream in =
          HandshakeTranscriptTest.class.getResourceAsStream("handshake-transcript.properties")) {
        all.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return all;
    }

    String text(String field) {
      return ALL.getProperty(name + "." + field);
    }

    byte[] bytes(String field) {
      return HexFormat.of().parseHex(text(field));
    }

    Party initiator(String crypto) {
      Party party = new Party(this, crypto, "initiator", List.of("initiator", "retried"));
      party.configure("responder", "10.0.0.2/32", RESPONDER);
      return party;
    }

    Party responder(String crypto) {
      Party party = new Party(this, crypto, "responder", List.of("responder"));
      party.configure("initiator", "10.0.0.1/32", INITIATOR);
      return party;
    }
  }

  /** An engine in one part of a transcript. */
  private static final class Party implements Entropy {
    private final Transcript transcript;
    private final List<String> handshakes;
    private int handshake;

    final Engine engine;
    private final PacketBatch packets = batch();
    private final PacketBatch datagrams = batch();
    private Endpoint remote;

    /**
     * @param handshakes whose indexes and ephemeral keys are drawn, one after another
     */
    Party(Transcript transcript, String crypto, String who, List<String> handshakes) {
      this.transcript = transcript;
      this.handshakes = handshakes;
      this.engine =
          new Engine(
              crypto.equals("system") ? Crypto.system() : Crypto.portable(),
              this,
              transcript.clock,
              PrivateKey.of(transcript.bytes(who + ".private")),
              1420);
      assertEquals(PublicKey.of(transcript.bytes(who + ".public")), engine.publicKey().get());
    }

    void configure(String peer, String allowedIp, Endpoint endpoint) {
      remote = endpoint;
      engine.configure(
          PeerSettings.of(PublicKey.of(transcript.bytes(peer + ".public")), Cidr.parse(allowedIp))
              .withPresharedKey(PresharedKey.of(transcript.bytes("preshared")))
              .withEndpoint(endpoint),
          transcript.clock.nanos());
    }

    /** 32 bytes are the ephemeral key, 4 before it the index; 4 after it are jitter. */
    @Override
    public void fill(byte[] target) {
      String drawer = handshakes.get(Math.min(handshake, handshakes.size() - 1));
      boolean isKey = target.length == PrivateKey.BYTES;
      byte[] drawn = transcript.bytes(drawer + (isKey ? ".ephemeral" : ".index"));
      System.arraycopy(drawn, 0, target, 0, target.length);
      handshake += isKey ? 1 : 0;
    }

    /** The host sends a packet; the messages that come of it. */
    List<byte[]> seal(String packet) {
      packets.add().copyFrom(transcript.bytes(packet));
      engine.seal(packets, datagrams, transcript.clock.nanos());
      return sent();
    }

    List<byte[]> tick() {
      engine.tick(transcript.clock.nanos());
      return sent();
    }

    /** A message of the transcript comes in; those that go out because of it. */
    List<byte[]> open(String message) {
      List<byte[]> sent = take(transcript.bytes(message));
      assertEquals(Map.of(), engine.drops());
      return sent;
    }

    List<byte[]> take(byte[] message) {
      datagrams.add().copyFrom(message);
      datagrams.get(0).endpoint(remote);
      engine.open(datagrams, packets, transcript.clock.nanos());
      return sent();
    }

    /** The packet for the host that came of the last message. */
    byte[] received() {
      assertEquals(1, packets.size());
      byte[] packet = packets.get(0).toByteArray();
      packets.clear();
      return packet;
    }

    private List<byte[]> sent() {
      assertFalse(engine.drain(datagrams, transcript.clock.nanos()));
      List<byte[]> sent =
          IntStream.range(0, datagrams.size())
              .mapToObj(i -> datagrams.get(i).toByteArray())
              .toList();
      datagrams.clear();
      return sent;
    }

    private static PacketBatch batch() {
      return PacketBatch.allocate(Arena.ofAuto(), 4, 2048, Engine.HEADROOM_BYTES);
    }
  }
}
