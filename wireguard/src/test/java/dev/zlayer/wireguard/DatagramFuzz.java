package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.testkit.FuzzInput;
import dev.zlayer.wireguard.VirtualNetwork.Datagram;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A stranger at B, who holds nobody's key but sees everything on the wire: whatever B is about to
 * do, each datagram of his is counted and nothing else, he is never sent more than he sent, and A
 * and B reach each other afterwards.
 */
final class DatagramFuzz {
  private static final int MAX_STEPS = 48;
  private static final int MAX_BYTES = 1600;
  private static final Duration MOMENT = Duration.ofMillis(10);
  private static final Endpoint STRANGER = Endpoint.parse("203.0.113.66:6");

  private final VirtualNetwork network = new VirtualNetwork(29, Crypto.system());
  private final Node a = network.node("192.0.2.1:51820");
  private final Node b = network.node("192.0.2.2:51820");
  private final byte[] ping = packet("10.0.0.1", "10.0.0.2", "ping");
  private final byte[] pong = packet("10.0.0.2", "10.0.0.1", "pong");
  private final PublicKey keyOfB = b.publicKey();
  private final FuzzInput input;

  /** What B has sent or has taken in, all of which it must refuse to take in again. */
  private final List<Datagram> known;

  private DatagramFuzz(byte[] data) {
    input = new FuzzInput(data);
    a.configure(PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    b.configure(PeerSettings.of(a.publicKey(), Cidr.parse("10.0.0.1/32")).withEndpoint(a.endpoint));
    prepare(input.below(8));
    known = List.copyOf(network.sent);
  }

  public static void fuzzerTestOneInput(byte[] data) {
    DatagramFuzz fuzz = new DatagramFuzz(data);
    for (int i = 0; i < MAX_STEPS && !fuzz.input.isEmpty(); i++) {
      fuzz.step();
    }
    fuzz.assertReachable();
  }

  /** Brings B into one of its states. */
  private void prepare(int state) {
    switch (state) {
      case 0 -> {}
      case 1 -> {
        network.cut = datagram -> datagram.target().equals(a.endpoint);
        b.send(pong);
      }
      case 2 -> {
        network.cut = datagram -> datagram.type() == Protocol.TYPE_TRANSPORT;
        a.send(ping);
        network.advance(MOMENT);
        network.sent.removeIf(datagram -> datagram.type() == Protocol.TYPE_TRANSPORT);
      }
      case 3 -> exchange();
      case 4 -> {
        exchange();
        network.cut = datagram -> true;
        network.advance(Duration.ofSeconds(200));
      }
      case 5 -> {
        exchange();
        for (int i = 0; i <= LoadMeter.THRESHOLD; i++) {
          inject(stamped(handshake(Protocol.TYPE_INITIATION, new byte[0])));
        }
      }
      case 6 -> {
        exchange();
        b.engine.removePrivateKey();
      }
      default -> {
        exchange();
        network.advance(Duration.ofSeconds(130));
        b.send(pong);
      }
    }
    network.cut = datagram -> false;
  }

  private void exchange() {
    a.send(ping);
    network.advance(MOMENT);
    b.send(pong);
    network.advance(MOMENT);
  }

  private void step() {
    switch (input.below(8)) {
      case 0 -> inject(input.string(MAX_BYTES));
      case 1 -> inject(handshake(input.below(256), input.string(160)));
      case 2 -> inject(stamped(handshake(Protocol.TYPE_INITIATION, input.bytes(112))));
      case 3 -> inject(stamped(response()));
      case 4 -> inject(cookieReply());
      case 5 -> inject(transport());
      case 6 -> inject(altered());
      default -> network.advance(Duration.ofMillis(input.below(12_000)));
    }
  }

  /** A message of the length that its type has, where it has one. */
  private static byte[] handshake(int type, byte[] body) {
    int length =
        switch (type) {
          case Protocol.TYPE_INITIATION -> Protocol.INITIATION_BYTES;
          case Protocol.TYPE_RESPONSE -> Protocol.RESPONSE_BYTES;
          case Protocol.TYPE_COOKIE_REPLY -> Protocol.COOKIE_REPLY_BYTES;
          default -> Integer.BYTES + body.length;
        };
    ByteBuffer message = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).putInt(type);
    return message.put(body, 0, Math.min(body.length, message.remaining())).array();
  }

  /** With MAC1 made for B, which takes B's public key only. */
  private byte[] stamped(byte[] message) {
    Identity.stamp(message, keyOfB);
    return message;
  }

  private byte[] response() {
    return ByteBuffer.wrap(handshake(Protocol.TYPE_RESPONSE, input.bytes(56)))
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(8, indexOfB())
        .array();
  }

  private byte[] cookieReply() {
    return ByteBuffer.wrap(handshake(Protocol.TYPE_COOKIE_REPLY, input.bytes(60)))
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(4, indexOfB())
        .array();
  }

  private byte[] transport() {
    byte[] counter = input.bytes(Long.BYTES);
    byte[] sealed = input.string(200);
    return ByteBuffer.allocate(16 + sealed.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(Protocol.TYPE_TRANSPORT)
        .putInt(indexOfB())
        .put(counter)
        .put(sealed)
        .array();
  }

  /** An index that B gave out, in its last handshake message; 0 before. */
  private int indexOfB() {
    for (Datagram datagram : network.sent.reversed()) {
      if (datagram.source().equals(b.endpoint) && datagram.type() <= Protocol.TYPE_RESPONSE) {
        return ByteBuffer.wrap(datagram.bytes()).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
      }
    }
    return 0;
  }

  /** A message that was on the wire, with up to three bytes changed, cut or lengthened. */
  private byte[] altered() {
    if (known.isEmpty()) {
      return new byte[0];
    }
    byte[] bytes = known.get(input.below(known.size())).bytes();
    bytes = Arrays.copyOf(bytes, Math.max(0, bytes.length + input.below(64) - 32));
    for (int i = input.below(4); i > 0 && bytes.length > 0; i--) {
      bytes[input.below(bytes.length)] ^= input.bytes(1)[0];
    }
    return bytes;
  }

  private void inject(byte[] bytes) {
    long dropped = drops();
    int received = b.received.size();
    int sent = network.sent.size();
    Endpoint endpoint = b.status(a).settings().endpoint().orElseThrow();
    b.receive(new Datagram(STRANGER, b.endpoint, bytes));
    assertEquals(dropped + 1, drops(), "counted once");
    assertEquals(received, b.received.size(), "nothing for the host");
    assertEquals(endpoint, b.status(a).settings().endpoint().orElseThrow(), "no roaming");
    List<Datagram> answers = network.sent.subList(sent, network.sent.size());
    assertTrue(answers.size() <= 1);
    for (Datagram answer : answers) {
      assertEquals(STRANGER, answer.target());
      assertTrue(answer.bytes().length <= bytes.length, "no amplification");
    }
  }

  private long drops() {
    return b.engine.drops().values().stream().mapToLong(Long::longValue).sum();
  }

  private void assertReachable() {
    if (b.engine.publicKey().isEmpty()) {
      b.engine.replacePrivateKey(b.privateKey, network.now());
    }
    int received = b.received.size();
    for (int i = 0; i < 4 && b.received.size() == received; i++) {
      a.send(ping);
      network.advance(Duration.ofSeconds(6));
    }
    assertFalse(b.received.size() == received, "A reaches B no more");
  }
}
