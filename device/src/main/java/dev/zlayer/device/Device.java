package dev.zlayer.device;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.wireguard.Engine;
import dev.zlayer.wireguard.PeerSettings;
import dev.zlayer.wireguard.PeerStatus;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
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

  private static final int MIN_BUFFER_BYTES = 2048;
  private static final int BUFFER_ALIGNMENT = 64;

  private final Tun tun;
  private final UdpPort udp;
  private final Crypto crypto;
  private final Engine engine;
  private final int mtu;
  private final PrivateKey privateKey;
  private final Arena arena = Arena.ofShared();
  private final long originNanos = System.nanoTime();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final List<Thread> packetThreads;
  private final Thread timerThread;

  private volatile boolean stopping;

  /** What the timer thread sleeps towards; a deadline before it is worth waking it for. */
  private volatile long sleepingUntilNanos;

  private final AtomicBoolean closed = new AtomicBoolean();

  private Device(Tun tun, UdpPort udp, Crypto crypto, PrivateKey privateKey, int mtu) {
    this.tun = tun;
    this.udp = udp;
    this.crypto = crypto;
    this.mtu = mtu;
    this.privateKey = privateKey;
    Entropy entropy = new SecureRandom()::nextBytes;
    this.engine = new Engine(crypto, entropy, InstantSource.system(), privateKey, mtu);
    this.packetThreads =
        List.of(thread("out", this::carryPacketsOut), thread("in", this::carryPacketsIn));
    this.timerThread = thread("timer", this::fireTimers);
  }

  /**
   * Makes the interface and starts it.
   *
   * @throws IOException naming the system call that failed and what to do
   */
  public static Device open(DeviceSettings settings) throws IOException {
    UdpPort udp = LinuxInterface.openUdp(settings.listenPort());
    try {
      return start(LinuxInterface.openTun(settings), udp, settings);
    } catch (IOException | RuntimeException e) {
      udp.close();
      throw e;
    }
  }

  private static Device start(Tun tun, UdpPort udp, DeviceSettings settings) {
    try {
      return start(tun, udp, Crypto.system(), settings.privateKey(), settings.mtu());
    } catch (RuntimeException e) {
      tun.close();
      throw e;
    }
  }

  /** Starts a device on ports that are open; it closes them when it ends. */
  public static Device start(Tun tun, UdpPort udp, Crypto crypto, PrivateKey privateKey, int mtu) {
    Device device = new Device(tun, udp, crypto, privateKey, mtu);
    device.packetThreads.forEach(Thread::start);
    device.timerThread.start();
    return device;
  }

  public String interfaceName() {
    return tun.name();
  }

  public PublicKey publicKey() {
    return engine.publicKey();
  }

  /** The private key, for the UAPI socket. */
  PrivateKey privateKey() {
    return privateKey;
  }

  /**
   * Adds a peer, or changes the one with that key; see {@link Engine#configure}.
   *
   * @throws IllegalArgumentException if the key is our own
   */
  public void configure(PeerSettings settings) {
    engine.configure(settings, nowNanos());
    wakeTimer();
  }

  /** Removes a peer: its traffic stops at once. Returns whether there was one. */
  public boolean remove(PublicKey key) {
    return engine.remove(key);
  }

  /**
   * Gives a peer another key and leaves everything else as it is; see {@link Engine#replaceKey}.
   */
  public void replaceKey(PublicKey former, PublicKey key) {
    engine.replaceKey(former, key, nowNanos());
    wakeTimer();
  }

  /** Begins a handshake with every peer whose endpoint is known and that has no session. */
  public void initiateAll() {
    engine.initiateAll(nowNanos());
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
        mtu,
        crypto.name(),
        engine.peers(),
        engine.drops());
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
    join(timerThread);
    engine.close();
    tun.close();
    udp.close();
    arena.close();
    ended.complete(null);
  }

  private void stop() {
    stopping = true;
    tun.stop();
    udp.stop();
    LockSupport.unpark(timerThread);
  }

  // The threads.

  private void carryPacketsOut() throws IOException {
    PacketBatch packets = batch();
    PacketBatch datagrams = batch();
    while (!stopping) {
      packets.clear();
      if (tun.read(packets) > 0) {
        engine.seal(packets, datagrams, nowNanos());
        sendAll(datagrams);
      }
    }
  }

  private void carryPacketsIn() throws IOException {
    PacketBatch datagrams = batch();
    PacketBatch packets = batch();
    while (!stopping) {
      datagrams.clear();
      packets.clear();
      if (udp.receive(datagrams) > 0) {
        engine.open(datagrams, packets, nowNanos());
        if (!packets.isEmpty()) {
          tun.write(packets);
        }
        sendAll(datagrams);
      }
    }
  }

  private void fireTimers() throws IOException {
    PacketBatch datagrams = batch();
    while (!stopping) {
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

  /** After a change of configuration the timer thread sends what came of it. */
  private void wakeTimer() {
    LockSupport.unpark(timerThread);
  }

  private long nowNanos() {
    return System.nanoTime() - originNanos;
  }

  private PacketBatch batch() {
    int needed = mtu + Engine.HEADROOM_BYTES + Engine.TAILROOM_BYTES + BUFFER_ALIGNMENT;
    int capacity = Math.max(MIN_BUFFER_BYTES, needed & -BUFFER_ALIGNMENT);
    return PacketBatch.allocate(arena, BATCH_PACKETS, capacity, Engine.HEADROOM_BYTES);
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
        LOG.error("{}: the {} thread ended: {}", tun.name(), role, e.getMessage(), e);
        stop();
        Thread.startVirtualThread(() -> ended.completeExceptionally(e));
      }
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
