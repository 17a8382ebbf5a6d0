package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Aead;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
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
import java.util.Optional;

/**
 * A's key in the wrong hands: handshake messages to B that are made with it, with any index,
 * ephemeral key, timestamp and preshared key. A model says which B has to take, and the session
 * that comes of those carries packets.
 */
final class HandshakeFuzz {
  /** As many messages with a right MAC1 as are no load. */
  private static final int MAX_STEPS = 24;

  private static final PresharedKey SHARED = PresharedKey.of(filled(7));
  private static final byte[] PING = packet("10.0.0.1", "10.0.0.2", "ping");

  private final VirtualNetwork network = new VirtualNetwork(31, Crypto.system());
  private final Node b = network.node("192.0.2.2:51820");
  private final PrivateKey privateKey = PrivateKey.of(filled(1));
  private final SmallOrder crypto = new SmallOrder(network.crypto);
  private final PublicKey publicKey = crypto.publicKey(privateKey);
  private final Endpoint source = Endpoint.parse("192.0.2.1:51820");
  private final FuzzInput input;

  private byte[] greatestTimestamp = new byte[Tai64n.BYTES];
  private long takenNanos = Long.MIN_VALUE;

  /** The last initiation of B that nobody can answer any more. */
  private byte[] over = {};

  private HandshakeFuzz(byte[] data) {
    input = new FuzzInput(data);
    network.cut = datagram -> true;
    b.configure(
        PeerSettings.of(publicKey, Cidr.parse("10.0.0.1/32"))
            .withPresharedKey(SHARED)
            .withEndpoint(source));
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  public static void fuzzerTestOneInput(byte[] data) {
    HandshakeFuzz fuzz = new HandshakeFuzz(data);
    for (int i = 0; i < MAX_STEPS && !fuzz.input.isEmpty(); i++) {
      switch (fuzz.input.below(4)) {
        case 0 -> fuzz.initiate();
        case 1 -> fuzz.respond();
        // In all less than the 90 seconds after which B gives a handshake up.
        case 2 -> fuzz.network.advance(Duration.ofMillis(fuzz.input.below(3_700)));
        default -> fuzz.b.send(packet("10.0.0.2", "10.0.0.1", "pong"));
      }
    }
  }

  // Initiations.

  private void initiate() {
    boolean smallOrder = input.below(4) == 1;
    boolean stranger = input.below(8) == 1;
    boolean altered = input.below(8) == 1;
    PresharedKey presharedKey = input.below(4) == 1 ? PresharedKey.NONE : SHARED;
    byte[] timestamp = input.bytes(Tai64n.BYTES);
    int index = ByteBuffer.wrap(input.bytes(4)).getInt();
    PrivateKey ours = stranger ? PrivateKey.of(filled(2)) : privateKey;
    PrivateKey ephemeral = PrivateKey.generate(target -> fill(target, 3));
    PublicKey claimed = smallOrder ? PublicKey.of(smallOrderPoint()) : crypto.publicKey(ephemeral);

    Noise noise = Noise.start(crypto, b.publicKey());
    noise.mixEphemeral(claimed);
    crypto.agreesOnZero = smallOrder;
    byte[] encryptedStatic =
        noise.agreeAndEncrypt(ephemeral, b.publicKey(), crypto.publicKey(ours).bytes()).get();
    crypto.agreesOnZero = false;
    byte[] encryptedTimestamp = noise.agreeAndEncrypt(ours, b.publicKey(), timestamp).get();
    byte[] message =
        ByteBuffer.allocate(Protocol.INITIATION_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(Protocol.TYPE_INITIATION)
            .putInt(index)
            .put(claimed.bytes())
            .put(encryptedStatic)
            .put(encryptedTimestamp)
            .array();
    if (altered) {
      message[8 + input.below(108)] ^= 1;
    }
    Identity.stamp(message, b.publicKey());
    boolean taken = !smallOrder && !stranger && !altered && isDue(timestamp);
    List<Datagram> answers = deliver(message, !taken);
    assertEquals(taken ? 1 : 0, answers.size());
    if (taken) {
      greatestTimestamp = timestamp;
      takenNanos = network.now();
      finish(noise, ephemeral, index, presharedKey, answers.getFirst().bytes());
    }
  }

  private boolean isDue(byte[] timestamp) {
    return Arrays.compareUnsigned(timestamp, greatestTimestamp) > 0
        && (takenNanos == Long.MIN_VALUE || network.now() - takenNanos >= 20_000_000);
  }

  /** Reads B's answer, and uses the session. */
  private void finish(
      Noise noise, PrivateKey ephemeral, int index, PresharedKey presharedKey, byte[] answer) {
    ByteBuffer buffer = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(Protocol.RESPONSE_BYTES, answer.length);
    assertEquals(Protocol.TYPE_RESPONSE, buffer.getInt(0));
    assertEquals(index, buffer.getInt(8));
    assertTrue(new Identity(crypto, privateKey).isAddressee(answer));
    PublicKey theirs = PublicKey.of(Arrays.copyOfRange(answer, 12, 44));
    noise.mixEphemeral(theirs);
    noise.mixAgreement(ephemeral, theirs);
    noise.mixAgreement(privateKey, theirs);
    byte[] key = noise.mixPresharedKey(presharedKey);
    boolean authentic = noise.decrypt(key, Arrays.copyOfRange(answer, 44, 60), new byte[0]);
    assertEquals(presharedKey.equals(SHARED), authentic);
    if (authentic && input.below(2) == 1) {
      use(noise.split()[0], buffer.getInt(4));
      over = lastInitiation().orElse(over); // B has its session, and needs no answer
    }
  }

  // Responses.

  private void respond() {
    Optional<byte[]> initiation = lastInitiation();
    if (initiation.isEmpty()) {
      return;
    }
    boolean altered = input.below(8) == 1;
    boolean smallOrder = input.below(4) == 1;
    PresharedKey presharedKey = input.below(4) == 1 ? PresharedKey.NONE : SHARED;
    int index = ByteBuffer.wrap(input.bytes(4)).getInt();
    try (ResponderHandshake read =
        ResponderHandshake.read(crypto, new Identity(crypto, privateKey), initiation.get()).get()) {
      assertTrue(read.timestamp(new StaticAgreement()).isPresent());
      crypto.claimed = smallOrder ? Optional.of(smallOrderPoint()) : Optional.empty();
      crypto.agreesOnZero = smallOrder;
      ResponderHandshake.Answer answer =
          read.answer(target -> fill(target, 4), index, presharedKey).get();
      crypto.claimed = Optional.empty();
      crypto.agreesOnZero = false;
      byte[] message = answer.message();
      if (altered) {
        message[12 + input.below(48)] ^= 1;
        Identity.stamp(message, b.publicKey());
      }
      boolean taken =
          !altered
              && !smallOrder
              && presharedKey.equals(SHARED)
              && !Arrays.equals(over, initiation.get());
      List<Datagram> sent = deliver(message, !taken);
      if (taken) {
        over = initiation.get();
        assertFalse(sent.isEmpty());
        use(answer.keys().sending(), answer.keys().remoteIndex());
      }
    }
  }

  private Optional<byte[]> lastInitiation() {
    return network.sent.reversed().stream()
        .filter(datagram -> datagram.type() == Protocol.TYPE_INITIATION)
        .map(Datagram::bytes)
        .findFirst();
  }

  // Both.

  /** A packet reaches B's host in the session of {@code key}. */
  private void use(byte[] key, int receiverIndex) {
    int received = b.received.size();
    byte[] header = new byte[16];
    ByteBuffer.wrap(header)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(Protocol.TYPE_TRANSPORT)
        .putInt(receiverIndex);
    byte[] sealed = crypto.seal(key, 0, PING, new byte[0]);
    byte[] message = Arrays.copyOf(header, header.length + PING.length + Aead.TAG_BYTES);
    System.arraycopy(sealed, 0, message, header.length, sealed.length);
    deliver(message, false);
    assertEquals(received + 1, b.received.size());
    assertArrayEquals(PING, b.received.getLast());
  }

  /** What B sends upon a message; it must count the message if {@code refused}, else nothing. */
  private List<Datagram> deliver(byte[] message, boolean refused) {
    long dropped = drops();
    int sent = network.sent.size();
    b.receive(new Datagram(source, b.endpoint, message));
    assertEquals(dropped + (refused ? 1 : 0), drops(), () -> b.engine.drops().toString());
    return List.copyOf(network.sent.subList(sent, network.sent.size()));
  }

  private long drops() {
    return b.engine.drops().values().stream().mapToLong(Long::longValue).sum();
  }

  private void fill(byte[] target, int salt) {
    byte[] chosen = input.bytes(2);
    Arrays.fill(target, (byte) salt);
    System.arraycopy(chosen, 0, target, 1, Math.min(chosen.length, target.length - 1));
  }

  /** One of the points whose product with any key is zero (RFC 7748, section 6.1). */
  private byte[] smallOrderPoint() {
    byte[] point = new byte[32];
    switch (input.below(3)) {
      case 0 -> {}
      case 1 -> point[0] = 1;
      default -> {
        Arrays.fill(point, (byte) 0xff);
        point[0] = (byte) 0xec;
        point[31] = 0x7f;
      }
    }
    return point;
  }
}
