package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.PacketBatch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class CarrierTest {
  private static final int BATCH_PACKETS = 64;
  private static final String FORMER = "192.0.2.1:1";

  private final MemoryNetwork network = new MemoryNetwork();
  private final MemoryTun host = new MemoryTun("zltest-c");
  private final MemoryNetwork.Port stranger = network.open("192.0.2.2:2");
  private final PacketBatch datagrams = batch();

  /** Who holds it keeps packets from being carried. */
  private final Semaphore gate = new Semaphore(1);

  private final AtomicInteger carriedOut = new AtomicInteger();
  private final AtomicInteger carriedIn = new AtomicInteger();
  private volatile String outThread = "";
  private volatile String inThread = "";
  private PacketBells bells;
  private ListeningPort udp;
  private Carrier carrier;
  private Thread first;
  private Thread second;

  @BeforeEach
  void start() throws IOException {
    bells = PacketBells.open();
    udp = new ListeningPort(network.open(FORMER), bells::ring);
    PacketBatch packets = batch();
    PacketBatch arrived = batch();
    Carrier.Direction out =
        () -> {
          pass();
          outThread = Thread.currentThread().getName();
          packets.clear();
          return count(host.read(packets, 0), carriedOut);
        };
    Carrier.Direction in =
        () -> {
          pass();
          inThread = Thread.currentThread().getName();
          arrived.clear();
          return count(udp.receive(arrived), carriedIn);
        };
    carrier = new Carrier(host, udp, out, in, BATCH_PACKETS, bells);
    first = thread("first", carrier::carry);
    second = thread("second", carrier::assist);
  }

  @AfterEach
  void stop() throws InterruptedException {
    carrier.stop();
    first.join();
    second.join();
    udp.close();
    bells.close();
  }

  private interface Loop {
    void run() throws IOException;
  }

  private static Thread thread(String name, Loop loop) {
    return Thread.ofPlatform()
        .name(name)
        .start(() -> {
          try {
            loop.run();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static PacketBatch batch() {
    return PacketBatch.allocate(Arena.ofAuto(), BATCH_PACKETS, 256, 32);
  }

  private void pass() {
    gate.acquireUninterruptibly();
    gate.release();
  }

  private static int count(int packets, AtomicInteger sum) {
    sum.addAndGet(packets);
    return packets;
  }

  private void arrive(int packets, String target) {
    for (int sent = 0; sent < packets; sent += datagrams.size()) {
      datagrams.clear();
      while (datagrams.size() < Math.min(packets - sent, BATCH_PACKETS)) {
        var datagram = datagrams.add();
        datagram.copyFrom(new byte[] {1});
        datagram.endpoint(network.at(target).local);
      }
      stranger.send(datagrams);
    }
  }

  private void leave(int packets) {
    for (int i = 0; i < packets; i++) {
      host.send(new byte[] {1});
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(1);
    }
  }

  /** Busy both ways until the second thread takes its part. */
  private void divide() throws InterruptedException {
    do {
      int before = carriedIn.get();
      gate.acquireUninterruptibly();
      arrive(10_000, FORMER);
      leave(10_000);
      gate.release();
      await(() -> carriedIn.get() == before + 10_000);
    } while (!inThread.equals("second"));
  }

  @Test
  void oneThreadCarriesBothWays() throws InterruptedException {
    arrive(10_000, FORMER);
    await(() -> carriedIn.get() == 10_000);
    leave(10_000);
    await(() -> carriedOut.get() == 10_000);
    assertEquals("first", inThread);
    assertEquals("first", outThread);
  }

  @Test
  void secondThreadHelpsWhileBothWaysAreBusy() throws InterruptedException {
    divide();
    assertEquals("first", outThread);
    await(() -> carriedOut.get() == carriedIn.get());

    while (inThread.equals("second")) {
      int before = carriedIn.get();
      arrive(1, FORMER);
      await(() -> carriedIn.get() > before);
    }
    int before = carriedOut.get();
    leave(1);
    await(() -> carriedOut.get() == before + 1);
    assertEquals("first", outThread);
  }

  @Test
  void exchangedPortIsLetGoOfAtOnce() throws Exception {
    MemoryNetwork.Port former = network.at(FORMER);
    udp.rebind(3);
    assertTrue(former.closed);
    arrive(1, "192.0.2.1:3");
    await(() -> carriedIn.get() == 1);
  }

  @Test
  void exchangedPortIsLetGoOfByTheSecondThread() throws Exception {
    divide();
    MemoryNetwork.Port former = network.at(FORMER);
    udp.rebind(3);
    assertTrue(former.closed);
    int before = carriedIn.get();
    arrive(1, "192.0.2.1:3");
    await(() -> carriedIn.get() == before + 1);
  }
}
