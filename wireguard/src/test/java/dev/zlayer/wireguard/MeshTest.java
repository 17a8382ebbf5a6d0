package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.wireguard.VirtualNetwork.Datagram;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Five engines, node i at 10.0.0.i, each a peer of every other, in a network that loses, doubles,
 * reorders and parts, while nodes restart. Whatever came before, the mesh is whole soon after.
 */
class MeshTest {
  private static final int NODES = 5;
  private static final int FAULTY_SECONDS = 400;

  /** The slowest way to a new session: data goes unanswered for 15 seconds and a third. */
  private static final int HEALING_SECONDS = 16;

  private VirtualNetwork network;
  private final Node[] nodes = new Node[NODES + 1];
  private final Set<String> delivered = new HashSet<>();
  private int[] side = new int[NODES + 1];
  private int packets;
  private String seed;

  private void build(long number) {
    seed = "seed " + number;
    network = new VirtualNetwork(number, Crypto.system());
    for (int i = 1; i <= NODES; i++) {
      nodes[i] = network.node("192.0.2." + i + ":51820");
    }
    for (int i = 1; i <= NODES; i++) {
      introduce(i);
    }
  }

  private void introduce(int i) {
    for (int j = 1; j <= NODES; j++) {
      if (j != i) {
        nodes[i].configure(
            PeerSettings.of(nodes[j].publicKey(), Cidr.parse("10.0.0." + j + "/32"))
                .withEndpoint(nodes[j].endpoint));
      }
    }
  }

  private void restart(int i) {
    nodes[i] = network.rebirth(nodes[i]);
    introduce(i);
  }

  /** Sends a packet that exists once, and returns how it will be known. */
  private String send(int from, int to) {
    String payload = from + " to " + to + ", number " + packets++;
    nodes[from].send(packet("10.0.0." + from, "10.0.0." + to, payload));
    return payload;
  }

  private void advance(double seconds) {
    network.advance(Duration.ofNanos((long) (seconds * 1e9)));
    for (int i = 1; i <= NODES; i++) {
      for (byte[] packet : nodes[i].received) {
        String payload = Packets.payload(packet);
        assertEquals("10.0.0." + i, Packets.target(packet), seed);
        assertTrue(payload.startsWith(Packets.source(packet).substring(7) + " to " + i), seed);
        assertTrue(delivered.add(payload), () -> seed + ": twice: " + payload);
      }
      nodes[i].received.clear();
    }
  }

  private void sufferFaults(Random random) {
    network.loss = 0.25;
    network.duplication = 0.2;
    network.jitterNanos = 400_000_000;
    network.cut = datagram -> side[indexOf(datagram, true)] != side[indexOf(datagram, false)];
    for (int second = 0; second < FAULTY_SECONDS; second++) {
      if (second % 20 == 0) {
        side = random.ints(NODES + 1, 0, random.nextInt(1, 3)).toArray();
      }
      if (random.nextInt(40) == 0) {
        restart(random.nextInt(1, NODES + 1));
      }
      for (int i = 0; i < 4; i++) {
        int from = random.nextInt(1, NODES + 1);
        int to = 1 + (from - 1 + random.nextInt(1, NODES)) % NODES;
        send(from, to);
        advance(random.nextDouble() / 2);
      }
    }
    network.loss = 0;
    network.duplication = 0;
    network.jitterNanos = 0;
    network.cut = datagram -> false;
  }

  private static int indexOf(Datagram datagram, boolean source) {
    String endpoint = (source ? datagram.source() : datagram.target()).toString();
    return endpoint.charAt("192.0.2.".length()) - '0';
  }

  private void expectEveryPairConnected() {
    Set<String> awaited = new HashSet<>();
    for (int from = 1; from <= NODES; from++) {
      for (int to = 1; to <= NODES; to++) {
        if (from != to) {
          awaited.add(send(from, to));
          advance(0.2);
        }
      }
    }
    advance(0.1);
    awaited.removeAll(delivered);
    assertEquals(Set.of(), awaited, seed);
  }

  private void expectNothingLeftAfterIdling() {
    advance(3 * 180 + 120);
    int sentBefore = network.sent.size();
    for (int i = 1; i <= NODES; i++) {
      assertEquals(Long.MAX_VALUE, nodes[i].engine.nextDeadlineNanos(), seed);
    }
    List<Datagram> recorded =
        network.sent.stream().filter(d -> d.type() == Protocol.TYPE_TRANSPORT).toList();
    long unknown = dropsOfAll(DropReason.UNKNOWN_INDEX);
    recorded.forEach(network::schedule);
    advance(1);
    assertEquals(unknown + recorded.size(), dropsOfAll(DropReason.UNKNOWN_INDEX), seed);
    assertEquals(sentBefore, network.sent.size(), seed);
  }

  private long dropsOfAll(DropReason reason) {
    long sum = 0;
    for (int i = 1; i <= NODES; i++) {
      sum += nodes[i].drops(reason);
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void isWholeSoonAfterFaultsAndForgetsItsKeysInSilence(long number) {
    build(number);
    sufferFaults(new Random(number));
    for (int second = 0; second < HEALING_SECONDS; second++) {
      for (int from = 1; from <= NODES; from++) {
        for (int to = 1; to <= NODES; to++) {
          if (from != to) {
            send(from, to);
          }
        }
      }
      advance(1);
    }
    expectEveryPairConnected();
    expectNothingLeftAfterIdling();
  }
}
