package dev.zlayer.simulation;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.testkit.FaultyWire;
import dev.zlayer.testkit.SeededEntropy;
import dev.zlayer.testkit.VirtualClock;
import dev.zlayer.wireguard.Engine;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Hosts, the network between them and the time that they all live in. Everything that happens comes
 * from the seed, in one thread.
 */
final class World implements AutoCloseable {
  static final long START_NANOS = 1_000_000_000_000L;

  /** As large as a packet of the overlay: a whole map fits into one. */
  static final int MTU = 16_000;

  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
  private static final int BATCH = 4;
  private static final long UDP_PORT = 51820;

  final VirtualClock clock = new VirtualClock(EPOCH, START_NANOS);
  final Agenda agenda = new Agenda();
  final List<Host> hosts = new ArrayList<>();
  final ReferenceModel model = new ReferenceModel();
  final FaultyWire<Datagram> wire;
  final SeededEntropy entropy;
  final Random chance;
  final Crypto crypto;
  final Trace trace;

  /** Shared by all engines, one of which works at a time. */
  final PacketBatch packets;

  final PacketBatch datagrams;

  /** The probability that a write to a disk is the last thing a program does. */
  double crashRate;

  final Map<String, Integer> counts = new TreeMap<>();

  private final Arena arena = Arena.ofConfined();
  private long requests;
  private int addresses;

  World(long seed, Trace trace) {
    Random random = new Random(seed);
    this.trace = trace;
    this.wire = new FaultyWire<>(clock, new Random(random.nextLong()));
    this.entropy = SeededEntropy.of(random.nextLong());
    this.chance = new Random(random.nextLong());
    this.crypto = new RememberingCrypto(Crypto.system());
    this.packets = batch();
    this.datagrams = batch();
  }

  private PacketBatch batch() {
    return PacketBatch.allocate(
        arena, BATCH, Engine.HEADROOM_BYTES + MTU + Engine.TAILROOM_BYTES, Engine.HEADROOM_BYTES);
  }

  long nanos() {
    return clock.nanos();
  }

  /** A new name for a command. */
  String requestId() {
    return "request-" + requests++;
  }

  /** A UDP address that nobody has or had. */
  Endpoint freshEndpoint() {
    int number = addresses++;
    return Endpoint.parse("198.51.%d.%d:%d".formatted(number / 250, 1 + number % 250, UDP_PORT));
  }

  void later(Duration delay, Runnable step) {
    agenda.add(nanos() + delay.toNanos(), step);
  }

  /** A time between two others. */
  Duration between(double fromSeconds, double toSeconds) {
    return Duration.ofMillis((long) (1000 * chance.nextDouble(fromSeconds, toSeconds)));
  }

  /** Counts something that a run should have seen. */
  void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  void tell(String who, String what) {
    trace.event(nanos(), who, what);
  }

  /** Lets time pass and everything happen that is due in it. */
  void advance(Duration duration) {
    long end = nanos() + duration.toNanos();
    while (true) {
      long next = Math.min(wire.nextArrivalNanos(), agenda.nextNanos());
      for (Host host : hosts) {
        next = Math.min(next, host.nextDeadlineNanos());
      }
      if (next > end) {
        clock.advanceTo(end);
        return;
      }
      clock.advanceTo(next);
      while (wire.hasArrived()) {
        deliver(wire.take());
      }
      while (agenda.nextNanos() <= nanos()) {
        agenda.runNext();
      }
      for (int i = 0; i < hosts.size(); i++) {
        hosts.get(i).tickIfDue();
      }
    }
  }

  private void deliver(Datagram datagram) {
    for (Host host : hosts) {
      if (host.endpoint().equals(datagram.target())) {
        trace.quiet(nanos(), datagram.bytes().length * 8L + datagram.type());
        host.receive(datagram);
        return;
      }
    }
  }

  @Override
  public void close() {
    hosts.forEach(Host::stop);
    arena.close();
  }
}
