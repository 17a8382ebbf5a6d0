package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.DropReason;
import dev.zlayer.wireguard.Engine;
import dev.zlayer.wireguard.PeerSettings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A leader whose workers all come back at once, while data of one more peer flows. The leader is a
 * device with its threads; the workers are engines on one thread, at the ports of one address.
 */
class StormTest {
  private static final int WORKERS = Integer.getInteger("storm.workers", 1000);
  private static final int FIRST_PORT = 1000;
  private static final Endpoint LEADER = Endpoint.parse("192.0.2.1:51820");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final SecureRandom random = new SecureRandom();
  private final Crypto crypto = Crypto.system();
  private final MemoryTun tun = new MemoryTun("zlstorm0");
  private final PrivateKey leaderKey = PrivateKey.generate(random::nextBytes);
  private final Wire wire = new Wire();
  private final List<Engine> workers = new ArrayList<>();
  private final PacketBatch packets = batch();
  private final PacketBatch datagrams = batch();

  /** The leader's port; what goes to the workers waits in a queue. */
  private static final class Wire extends MemoryPort {
    private final BlockingQueue<Datagram> toWorkers = new LinkedBlockingQueue<>();

    Wire() {
      super(LEADER);
    }

    @Override
    public UdpPort sibling(int port) throws IOException {
      throw new IOException("there is one port");
    }

    @Override
    public void send(PacketBatch batch) {
      for (int i = 0; i < batch.size(); i++) {
        toWorkers.add(Datagram.of(batch.get(i).endpoint(), batch.get(i)));
      }
    }

    @Override
    public void close() {}
  }

  private static PacketBatch batch() {
    return PacketBatch.allocate(Arena.ofAuto(), 64, 2048, Engine.HEADROOM_BYTES);
  }

  private static String address(int worker) {
    return worker == WORKERS ? "10.0.0.2" : "10.9.%d.%d".formatted(worker / 250, worker % 250 + 2);
  }

  /** A worker that the leader knows; its number is its port. */
  private void introduce(int number, Device leader) {
    PrivateKey key = PrivateKey.generate(random::nextBytes);
    Engine worker =
        new Engine(
            crypto, random::nextBytes, InstantSource.system(), key, DeviceSettings.DEFAULT_MTU);
    worker.configure(
        PeerSettings.of(leader.publicKey().orElseThrow(), Cidr.parse("10.0.0.1/32"))
            .withEndpoint(LEADER),
        System.nanoTime());
    leader.configure(PeerSettings.of(crypto.publicKey(key), Cidr.parse(address(number) + "/32")));
    workers.add(worker);
  }

  private void flush(int worker) {
    Engine engine = workers.get(worker);
    do {
      engine.drain(datagrams, System.nanoTime());
      for (int i = 0; i < datagrams.size(); i++) {
        wire.arrive(endpoint(worker), datagrams.get(i));
      }
      datagrams.clear();
    } while (engine.hasOutput());
  }

  private static Endpoint endpoint(int worker) {
    return Endpoint.parse("192.0.2.2:" + (FIRST_PORT + worker));
  }

  /** A packet of the last worker, which goes on working all the time. */
  private void sendData() {
    packets.clear();
    packets.add().copyFrom(Packets.ipv4(2, 1, "data"));
    workers.get(WORKERS).seal(packets, datagrams, System.nanoTime());
    for (int i = 0; i < datagrams.size(); i++) {
      wire.arrive(endpoint(WORKERS), datagrams.get(i));
    }
    datagrams.clear();
    flush(WORKERS);
  }

  /** Lets the workers take in one datagram; false if there is none within a millisecond. */
  private boolean step() throws InterruptedException {
    MemoryPort.Datagram datagram = wire.toWorkers.poll(1, TimeUnit.MILLISECONDS);
    if (datagram == null) {
      return false;
    }
    int worker = datagram.place().port() - FIRST_PORT;
    datagrams.clear();
    datagrams.add().copyFrom(datagram.bytes());
    datagrams.get(0).endpoint(LEADER);
    packets.clear();
    workers.get(worker).open(datagrams, packets, System.nanoTime());
    flush(worker);
    return true;
  }

  private static long connected(Device leader) {
    return leader.peers().stream().filter(peer -> peer.lastHandshake().isPresent()).count();
  }

  @Test
  void letsEveryWorkerBackInWhileDataFlows() throws Exception {
    try (Device leader =
        Device.start(tun, wire, crypto, Optional.of(leaderKey), DeviceSettings.DEFAULT_MTU)) {
      for (int number = 0; number <= WORKERS; number++) {
        introduce(number, leader);
      }
      sendData();
      long begun = System.nanoTime();
      while (connected(leader) == 0 && System.nanoTime() - begun < PATIENCE.toNanos()) {
        step();
      }
      assertEquals(1, connected(leader));

      long start = System.nanoTime();
      for (int worker = 0; worker < WORKERS; worker++) {
        workers.get(worker).initiateAll(start);
        flush(worker);
      }
      int sent = 1;
      long nextData = start;
      // The leader is asked when it has nothing more to say: the question is about all its peers.
      boolean busy = true;
      while ((busy || connected(leader) <= WORKERS)
          && System.nanoTime() - start < PATIENCE.toNanos()) {
        busy = step();
        if (System.nanoTime() >= nextData) {
          sendData();
          sent++;
          nextData = System.nanoTime() + 1_000_000;
        }
      }
      long tookMillis = (System.nanoTime() - start) / 1_000_000;
      for (int i = 0; i < sent; i++) {
        tun.receive();
      }
      IO.println(
          "%d workers back in %d ms, %d packets meanwhile".formatted(WORKERS, tookMillis, sent));
      assertEquals(WORKERS + 1, connected(leader));
      assertEquals(0, leader.status().drops().getOrDefault(DropReason.COOKIE_DEMANDED, 0L));
      assertTrue(tookMillis < 20_000, tookMillis + " ms");
    }
  }
}
