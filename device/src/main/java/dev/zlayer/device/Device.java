package dev.zlayer.device;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.wireguard.DropReason;
import dev.zlayer.wireguard.Engine;
import dev.zlayer.wireguard.PeerSettings;
import dev.zlayer.wireguard.PeerStatus;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running WireGuard interface: engine, TUN device, UDP port and the threads between them.
 *
 * <p>It runs from the moment that it is made until {@link #close}, or until the interface is taken
 * away from it, which {@link #ended} tells. Thread safe.
 */
public final class Device implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Device.class);

  /** Packets that one system call moves at most. */
  private static final int BATCH_PACKETS = 64;

  /**
   * For any packet, whatever becomes of the MTU. No power of two, so that the beginnings of the
   * buffers spread over a processor's cache.
   */
  private static final int BUFFER_BYTES = (1 << 16) + 25 * 64;

  private static final Duration PULSE_LOOK = Duration.ofMillis(5);

  private final Tun tun;
  private final ListeningPort udp;
  private final PacketBells bells;
  private final Carrier carrier;
  private final Crypto crypto;
  private final Engine engine;
  private final Arena arena = Arena.ofShared();
  private final long originNanos = System.nanoTime();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final List<Thread> packetThreads;
  private final Thread linkThread;
  private final Thread timerThread;
  private final Pulse timerPulse = new Pulse();

  /** Held over each change of the configuration; packet threads never take it. */
  private final ReentrantLock configuration = new ReentrantLock();

  private volatile Optional<PrivateKey> privateKey;

  private volatile boolean stopping;

  /** Whether the interface is up, as far as the link thread knows, which alone looks at it. */
  private boolean up = true;

  /** What the timer thread sleeps towards; a deadline before it is worth waking it for. */
  private volatile long sleepingUntilNanos;

  private final AtomicBoolean closed = new AtomicBoolean();

  private Device(
      Tun tun,
      UdpPort udp,
      Crypto crypto,
      Optional<PrivateKey> privateKey,
      int mtu,
      PacketBells bells) {
    this.tun = tun;
    this.bells = bells;
    this.udp = new ListeningPort(udp, bells::ring);
    this.carrier = new Carrier(tun, this.udp, new Outbound(), new Inbound(), BATCH_PACKETS, bells);
    this.crypto = crypto;
    this.privateKey = privateKey;
    Entropy entropy = new SecureRandom()::nextBytes;
    this.engine = new Engine(crypto, entropy, InstantSource.system(), mtu);
    privateKey.ifPresent(key -> engine.replacePrivateKey(key, nowNanos()));
    this.packetThreads = List.of(thread("packets", carrier::carry), thread("in", carrier::assist));
    this.linkThread = thread("link", this::followLink);
    this.timerThread = thread("timer", this::fireTimers);
  }

  /**
   * Makes the interface and starts it.
   *
   * @throws IOException naming the system call that failed and what to do
   */
  public static Device open(DeviceSettings settings) throws IOException {
    UdpPort udp = LinuxUdpPort.open(settings.listenPort());
    try {
      return start(LinuxInterface.openTun(settings), udp, settings);
    } catch (IOException | RuntimeException e) {
      udp.close();
      throw e;
    }
  }

  private static Device start(Tun tun, UdpPort udp, DeviceSettings settings) throws IOException {
    try {
      return start(tun, udp, Crypto.system(), settings.privateKey(), settings.mtu());
    } catch (IOException | RuntimeException e) {
      tun.close();
      throw e;
    }
  }

  /**
   * Starts a device on ports that are open; it closes them when it ends.
   *
   * @throws IOException when the process has no file descriptors left
   */
  public static Device start(
      Tun tun, UdpPort udp, Crypto crypto, Optional<PrivateKey> privateKey, int mtu)
      throws IOException {
    PacketBells bells = PacketBells.open();
    Device device;
    try {
      device = new Device(tun, udp, crypto, privateKey, mtu, bells);
    } catch (RuntimeException e) {
      bells.close();
      throw e;
    }
    device.packetThreads.forEach(Thread::start);
    device.linkThread.start();
    device.timerThread.start();
    return device;
  }

  public String interfaceName() {
    return tun.name();
  }

  /** Our public key; empty while there is none. */
  public Optional<PublicKey> publicKey() {
    return engine.publicKey();
  }

  /** The private key, for the UAPI socket. */
  Optional<PrivateKey> privateKey() {
    return privateKey;
  }

  /**
   * Changes our key and renews every session under it at once. Running sessions go on until then,
   * and handshakes for the former key are answered for 180 s more. A peer that has this very key is
   * removed.
   */
  public void replacePrivateKey(PrivateKey key) {
    together(() -> {
      if (!privateKey.equals(Optional.of(key))) {
        engine.replacePrivateKey(key, nowNanos());
        engine.rekeyAll(nowNanos());
        privateKey = Optional.of(key);
      }
    });
  }

  /** Takes our key away: the device is silent from now on; see {@link Engine#removePrivateKey}. */
  public void removePrivateKey() {
    together(() -> {
      engine.removePrivateKey();
      privateKey = Optional.empty();
    });
  }

  /** The local UDP port, 1 to 65535. */
  public int listenPort() {
    return udp.port();
  }

  /** The index of an interface that an endpoint names; see {@link UdpPort#interfaceIndex}. */
  int interfaceIndex(String name) {
    return udp.interfaceIndex(name);
  }

  /**
   * Moves to another UDP port while traffic goes on.
   *
   * @param port 1 to 65535, or 0 for one that is free
   * @throws IOException if it can't be opened; the former port stays
   */
  public void listenPort(int port) throws IOException {
    together(() -> udp.rebind(port));
  }

  /**
   * Marks every datagram from now on for the host's routing rules and firewall.
   *
   * @param mark 32 bits; 0 for no mark
   * @throws IOException if we lack the privilege
   */
  public void fwMark(int mark) throws IOException {
    together(() -> udp.fwMark(mark));
  }

  /**
   * Adds a peer, or changes the one with that key; see {@link Engine#configure}.
   *
   * @throws IllegalArgumentException if the key is our own
   */
  public void configure(PeerSettings settings) {
    together(() -> engine.configure(settings, nowNanos()));
  }

  /** Removes a peer: its traffic stops at once. Returns whether there was one. */
  public boolean remove(PublicKey key) {
    configuration.lock();
    try {
      return engine.remove(key);
    } finally {
      configuration.unlock();
    }
  }

  /**
   * Gives a peer another key and leaves everything else as it is; see {@link Engine#replaceKey}.
   */
  public void replaceKey(PublicKey former, PublicKey key) {
    together(() -> engine.replaceKey(former, key, nowNanos()));
  }

  /** Begins a handshake with every peer whose endpoint is known and that has no session. */
  public void initiateAll() {
    engine.initiateAll(nowNanos());
    wakeTimer();
  }

  /** As {@link #initiateAll}, with one peer; nothing where no peer has {@code key}. */
  public void initiate(PublicKey key) {
    engine.initiate(key, nowNanos());
    wakeTimer();
  }

  public List<PeerStatus> peers() {
    return engine.peers();
  }

  public Optional<PeerStatus> peer(PublicKey key) {
    return engine.peer(key);
  }

  public DeviceStatus status() {
    return new DeviceStatus(
        tun.name(),
        engine.publicKey(),
        udp.port(),
        udp.fwMark(),
        engine.mtu(),
        crypto.name(),
        engine.peers(),
        drops());
  }

  private Map<DropReason, Long> drops() {
    Map<DropReason, Long> drops = engine.drops();
    long ownQueue = tun.congestionDrops();
    if (ownQueue > 0) {
      drops.merge(DropReason.CONGESTION, ownQueue, Long::sum);
    }
    return drops;
  }

  /**
   * Calls the threads that carry packets and fire timers, and tells whether each of them comes by
   * within {@code limit}; one that hangs, or waits for a lock, doesn't. Waits no longer than that.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public boolean responds(Duration limit) throws InterruptedException {
    List<Pulse> pulses = new ArrayList<>(carrier.pulses());
    pulses.add(timerPulse);
    List<Long> before = pulses.stream().map(Pulse::beats).toList();
    carrier.call();
    wakeTimer();
    long start = System.nanoTime();
    while (IntStream.range(0, before.size())
        .anyMatch(i -> pulses.get(i).beats() == before.get(i))) {
      if (System.nanoTime() - start > limit.toNanos()) {
        return false;
      }
      Thread.sleep(PULSE_LOOK);
    }
    return true;
  }

  /**
   * Completes when the device has ended: normally after {@link #close}, exceptionally with what
   * took the interface away.
   */
  public CompletionStage<Void> ended() {
    return ended.minimalCompletionStage();
  }

  /** Stops the threads and takes the interface away. Returns when nothing is left of it. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    stop();
    packetThreads.forEach(Device::join);
    join(linkThread);
    join(timerThread);
    engine.close();
    tun.close();
    udp.close();
    bells.close();
    arena.close();
    ended.complete(null);
  }

  private void stop() {
    stopping = true;
    tun.stop();
    carrier.stop();
    LockSupport.unpark(timerThread);
  }

  // The threads.

  /** From the host to its peers. */
  private final class Outbound implements Carrier.Direction {
    private final PacketBatch packets = batch();
    private final PacketBatch datagrams = batch();

    @Override
    public int carry() throws IOException {
      packets.clear();
      long now = nowNanos();
      int found = tun.read(packets, now);
      if (found > 0) {
        engine.seal(packets, datagrams, now);
        sendAll(datagrams);
      }
      return found;
    }
  }

  /** From the peers to the host. */
  private final class Inbound implements Carrier.Direction {
    private final PacketBatch datagrams = batch();
    private final PacketBatch packets = batch();

    @Override
    public int carry() throws IOException {
      datagrams.clear();
      packets.clear();
      int found = udp.receive(datagrams);
      if (found > 0) {
        engine.open(datagrams, packets, nowNanos());
        if (!packets.isEmpty()) {
          tun.write(packets);
        }
        sendAll(datagrams);
      }
      return found;
    }
  }

  private void fireTimers() throws IOException {
    PacketBatch datagrams = batch();
    while (!stopping) {
      timerPulse.beat();
      long now = nowNanos();
      if (engine.nextDeadlineNanos() <= now) {
        engine.tick(now);
      }
      sendAll(datagrams);
      sleepingUntilNanos = engine.nextDeadlineNanos();
      if (engine.nextDeadlineNanos() >= sleepingUntilNanos && !engine.hasOutput()) {
        LockSupport.parkNanos(this, sleepingUntilNanos - nowNanos());
      }
      sleepingUntilNanos = 0;
    }
  }

  /** Makes of the device what others make of its interface. */
  private void followLink() {
    try {
      for (Optional<LinkState> link = tun.nextLink(); link.isPresent(); link = tun.nextLink()) {
        adopt(link.get());
      }
    } catch (IOException e) {
      LOG.warn("{}: changes of MTU and link state aren't followed: {}", tun.name(), e.getMessage());
    }
  }

  private void adopt(LinkState link) {
    engine.mtu(link.mtu());
    if (link.up() && !up) {
      together(() -> engine.resume(nowNanos()));
    } else if (!link.up() && up) {
      together(engine::pause);
    }
    up = link.up();
    LOG.debug("{}: MTU {}, {}", tun.name(), link.mtu(), up ? "up" : "down");
  }

  /** Sends the datagrams, then whatever else the engine has to send; leaves the batch empty. */
  private void sendAll(PacketBatch datagrams) throws IOException {
    while (true) {
      if (!datagrams.isEmpty()) {
        udp.send(datagrams);
        datagrams.clear();
      }
      if (!engine.hasOutput()) {
        break;
      }
      engine.drain(datagrams, nowNanos());
    }
    if (engine.nextDeadlineNanos() < sleepingUntilNanos) {
      LockSupport.unpark(timerThread);
    }
  }

  /** Changes of the configuration. */
  interface Changes<E extends Exception> {
    void make() throws E;
  }

  /** Makes changes that no other change comes between, and sends what came of them. */
  <E extends Exception> void together(Changes<E> changes) throws E {
    configuration.lock();
    try {
      changes.make();
    } finally {
      configuration.unlock();
      wakeTimer();
    }
  }

  /** After a change of configuration the timer thread sends what came of it. */
  private void wakeTimer() {
    LockSupport.unpark(timerThread);
  }

  private long nowNanos() {
    return System.nanoTime() - originNanos;
  }

  private PacketBatch batch() {
    return PacketBatch.allocate(arena, BATCH_PACKETS, BUFFER_BYTES, Engine.HEADROOM_BYTES);
  }

  private interface PacketLoop {
    void run() throws IOException;
  }

  private Thread thread(String role, PacketLoop loop) {
    return Thread.ofPlatform()
        .name(tun.name() + "-" + role)
        .daemon()
        .unstarted(() -> runLoop(role, loop));
  }

  private void runLoop(String role, PacketLoop loop) {
    try {
      loop.run();
    } catch (Throwable e) { // with one direction dead, running on would only look like running
      if (!stopping) {
        logEnd(role, e);
        stop();
        Thread.startVirtualThread(() -> ended.completeExceptionally(e));
      }
    }
  }

  /** What the system did is told in a line; what we did wrong, with its place. */
  private void logEnd(String role, Throwable e) {
    if (e instanceof IOException) {
      LOG.error("{}: the {} thread ended: {}", tun.name(), role, e.getMessage());
    } else {
      LOG.error("{}: the {} thread ended: {}", tun.name(), role, e.getMessage(), e);
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
