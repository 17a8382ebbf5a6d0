package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.crypto.Blake2s;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.testkit.FuzzInput;
import dev.zlayer.wireguard.VirtualNetwork.Datagram;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cookie replies to A, which tries to reach B in vain: right ones with any cookie, and wrong ones.
 * A model says which cookie A has to hold, and so what MAC2 has to be in its next message.
 */
final class CookieReplyFuzz {
  private static final int MAX_STEPS = 48;
  private static final long LIFE_NANOS = Duration.ofSeconds(115).toNanos();
  private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final Duration MOMENT = Duration.ofMillis(500);
  private static final byte[] PING = packet("10.0.0.1", "10.0.0.2", "ping");

  private final VirtualNetwork network = new VirtualNetwork(37, Crypto.system());
  private final Node a = network.node("192.0.2.1:51820");
  private final Node b = network.node("192.0.2.2:51820");
  private final PublicKey giver = b.publicKey();
  private final FuzzInput input;

  private final List<byte[]> initiations = new ArrayList<>();

  /** The place in that list of the last one that was answered. */
  private int answered = -1;

  private byte[] cookie = {};
  private long untilNanos;
  private long pingedNanos;
  private int seen;

  private CookieReplyFuzz(byte[] data) {
    input = new FuzzInput(data);
    network.cut = datagram -> true;
    a.configure(PeerSettings.of(giver, Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    ping();
  }

  private void ping() {
    a.send(PING);
    pingedNanos = network.now();
    look();
  }

  public static void fuzzerTestOneInput(byte[] data) {
    CookieReplyFuzz fuzz = new CookieReplyFuzz(data);
    for (int i = 0; i < MAX_STEPS && !fuzz.input.isEmpty(); i++) {
      fuzz.step();
    }
  }

  private void step() {
    switch (input.below(6)) {
      case 0 -> deliver(reply(latest(), input.bytes(24), input.bytes(32)), false);
      case 1 -> {
        byte[] given = input.bytes(Protocol.MAC_BYTES);
        byte[] initiation = latest();
        boolean taken = answered < initiations.size() - 1;
        answered = initiations.size() - 1;
        deliver(sealed(initiation, given), taken);
        if (taken) {
          cookie = given;
          untilNanos = network.now() + LIFE_NANOS;
        }
      }
      case 2 -> {
        byte[] reply = sealed(latest(), input.bytes(Protocol.MAC_BYTES));
        reply[8 + input.below(56)] ^= 1;
        deliver(reply, false);
      }
      case 3 -> {
        int former = input.below(initiations.size());
        if (former < initiations.size() - 1) {
          byte[] given = input.bytes(Protocol.MAC_BYTES);
          deliver(sealed(initiations.get(former), given), false);
        }
      }
      case 4 -> ping();
      default -> {
        if (network.now() - pingedNanos > PATIENCE_NANOS) {
          ping(); // or A would give its handshake up
        }
        for (int seconds = input.below(32); seconds > 0; seconds--) {
          network.advance(MOMENT);
          look();
        }
      }
    }
  }

  private byte[] latest() {
    return initiations.getLast();
  }

  private static byte[] mac1(byte[] initiation) {
    return Arrays.copyOfRange(initiation, initiation.length - 32, initiation.length - 16);
  }

  private byte[] sealed(byte[] initiation, byte[] given) {
    byte[] nonce = input.bytes(24);
    byte[] key = Blake2s.hash(Protocol.LABEL_COOKIE, giver.bytes());
    return reply(
        initiation, nonce, network.crypto.sealExtended(key, nonce, given, mac1(initiation)));
  }

  private static byte[] reply(byte[] initiation, byte[] nonce, byte[] sealed) {
    return ByteBuffer.allocate(Protocol.COOKIE_REPLY_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(Protocol.TYPE_COOKIE_REPLY)
        .put(initiation, 4, Integer.BYTES)
        .put(nonce)
        .put(sealed)
        .array();
  }

  private void deliver(byte[] reply, boolean taken) {
    long dropped = drops();
    Endpoint stranger = Endpoint.parse("203.0.113.66:6");
    a.receive(new Datagram(stranger, a.endpoint, reply));
    assertEquals(dropped + (taken ? 0 : 1), drops());
    assertEquals(seen, network.sent.size(), "a cookie reply is never answered");
    assertEquals(b.endpoint, a.status(b).settings().endpoint().orElseThrow());
  }

  private long drops() {
    return a.engine.drops().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Holds the initiations that A has sent since the last look to the cookie that it holds. */
  private void look() {
    for (; seen < network.sent.size(); seen++) {
      byte[] message = network.sent.get(seen).bytes();
      assertEquals(Protocol.INITIATION_BYTES, message.length);
      int covered = message.length - Protocol.MAC_BYTES;
      byte[] mac2 = Arrays.copyOfRange(message, covered, message.length);
      byte[] proof =
          cookie.length == 0 ? cookie : Blake2s.mac(cookie, Arrays.copyOf(message, covered));
      // It was sent within the last moment: if the cookie expired in there, before or after that.
      if (cookie.length > 0 && network.now() < untilNanos) {
        assertArrayEquals(proof, mac2);
      } else if (cookie.length == 0
          || network.now() >= untilNanos + MOMENT.toNanos()
          || !Arrays.equals(proof, mac2)) {
        assertArrayEquals(new byte[Protocol.MAC_BYTES], mac2);
      }
      initiations.add(message);
    }
  }
}
