package dev.zlayer.overlay.health;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.device.UapiSocket;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.wireguard.PeerStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks whether traffic flows between a WireGuard interface and its peers: any interface that
 * serves the UAPI socket, ours or another implementation's, on this host and in this network
 * namespace. Pinging takes CAP_NET_RAW.
 *
 * <p>Healthy is a peer from which authenticated bytes came since the last check, or that answers an
 * ICMP echo; DOWN it is after failed checks as {@link HealthThresholds} has them. Peers without a
 * host among their allowed IPs can't be probed and have only their bytes to speak for them.
 *
 * <p>Thread safe. {@link #checkAll} may be called by anybody at any time and beside {@link #run};
 * each call is a check.
 */
public final class OverlayHealthChecker implements AutoCloseable {
  /** How long a TCP connection is waited for. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(OverlayHealthChecker.class);
  private static final int MAX_PROBES_AT_ONCE = 64;

  /** How often peers that are DOWN are looked at between two checks. */
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  private final String interfaceName;
  private final Duration interval;
  private final HealthThresholds thresholds;
  private final Path socketDirectory;
  private final Predicate<PublicKey> ignored;
  private final boolean pingsAll;
  private final Function<PublicKey, Optional<PeerStatus>> running;
  private final InterfaceSocket socket;

  private final Object checking = new Object();
  // Guarded by checking.
  private final Map<PublicKey, PeerWatch> watches = new HashMap<>();
  private HealthListener listener = peer -> {};
  private Optional<Thread> runner = Optional.empty();
  private boolean closed;

  private final Map<PublicKey, PeerHealth> cached = new ConcurrentHashMap<>();
  private volatile Optional<String> fault = Optional.empty();

  /** A checker with default thresholds, for an interface whose socket is where {@code wg} looks. */
  public OverlayHealthChecker(String interfaceName, Duration interval) {
    this(interfaceName, interval, HealthThresholds.DEFAULT, UapiSocket.DIRECTORY);
  }

  /**
   * @param interval from the beginning of one check of {@link #run} to the next; more than zero
   * @param socketDirectory where {@code INTERFACE.sock} is
   */
  public OverlayHealthChecker(
      String interfaceName, Duration interval, HealthThresholds thresholds, Path socketDirectory) {
    this(
        interfaceName,
        interval,
        thresholds,
        socketDirectory,
        key -> false,
        false,
        key -> Optional.empty());
  }

  private OverlayHealthChecker(
      String interfaceName,
      Duration interval,
      HealthThresholds thresholds,
      Path socketDirectory,
      Predicate<PublicKey> ignored,
      boolean pingsAll,
      Function<PublicKey, Optional<PeerStatus>> running) {
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("interval " + interval + " is not positive");
    }
    this.interfaceName = interfaceName;
    this.interval = interval;
    this.thresholds = thresholds;
    this.socketDirectory = socketDirectory;
    this.ignored = ignored;
    this.pingsAll = pingsAll;
    this.running = running;
    this.socket = new InterfaceSocket(socketDirectory, interfaceName);
  }

  /** The same with other thresholds, before its first check. */
  public OverlayHealthChecker withThresholds(HealthThresholds value) {
    return new OverlayHealthChecker(
        interfaceName, interval, value, socketDirectory, ignored, pingsAll, running);
  }

  /** The same for sockets in another directory. */
  public OverlayHealthChecker withSocketDirectory(Path directory) {
    return new OverlayHealthChecker(
        interfaceName, interval, thresholds, directory, ignored, pingsAll, running);
  }

  /** The same without certain peers of the interface, which are asked about at each check. */
  public OverlayHealthChecker ignoring(Predicate<PublicKey> peers) {
    return new OverlayHealthChecker(
        interfaceName, interval, thresholds, socketDirectory, peers, pingsAll, running);
  }

  /**
   * The same, which pings every peer at each check, those too whose bytes speak for them: for who
   * wants to know the round trips of all.
   */
  public OverlayHealthChecker pingingAll() {
    return new OverlayHealthChecker(
        interfaceName, interval, thresholds, socketDirectory, ignored, true, running);
  }

  /**
   * The same, which between two checks of {@link #run} looks every second at the peers that are
   * DOWN: one that is heard from again isn't DOWN until the next check.
   *
   * @param peers a peer of the interface as it is now, asked for those that are DOWN only
   */
  public OverlayHealthChecker lookingAtDown(Function<PublicKey, Optional<PeerStatus>> peers) {
    return new OverlayHealthChecker(
        interfaceName, interval, thresholds, socketDirectory, ignored, pingsAll, peers);
  }

  /**
   * Checks every peer now, those that need a probe at the same time.
   *
   * @throws OverlayException when the interface doesn't answer, or we may not ping
   */
  public OverlayHealth checkAll() {
    synchronized (checking) {
      Instant begun = Instant.now();
      List<PeerSample> before = samples();
      watches.keySet().retainAll(before.stream().map(PeerSample::publicKey).toList());
      cached.keySet().retainAll(watches.keySet());
      Map<PublicKey, List<Optional<Duration>>> probed = probe(due(before, begun));
      // The answers are among what was received by now: evidence of this check, not of the next.
      List<PeerSample> after = probed.isEmpty() ? before : samples();
      Instant now = Instant.now();
      List<PeerHealth> healths = new ArrayList<>();
      for (PeerSample sample : after) {
        Optional.ofNullable(watches.get(sample.publicKey()))
            .ifPresent(watch -> healths.add(judge(watch, sample, probed, now)));
      }
      return new OverlayHealth(interfaceName, healths, now);
    }
  }

  private List<PeerSample> samples() {
    return socket.peers().stream().filter(peer -> !ignored.test(peer.publicKey())).toList();
  }

  private List<PeerSample> due(List<PeerSample> samples, Instant now) {
    return samples.stream()
        .filter(sample -> watch(sample).probeDue(sample, now) || pingsAll)
        .filter(sample -> sample.overlayIp().isPresent())
        .toList();
  }

  private PeerWatch watch(PeerSample sample) {
    return watches.computeIfAbsent(
        sample.publicKey(), key -> new PeerWatch(thresholds, sample.receivedBytes()));
  }

  private PeerHealth judge(
      PeerWatch watch,
      PeerSample sample,
      Map<PublicKey, List<Optional<Duration>>> probed,
      Instant now) {
    List<Optional<Duration>> echoes = probed.getOrDefault(sample.publicKey(), List.of());
    boolean changed =
        echoes.isEmpty() ? watch.judge(sample, now) : watch.judgeProbed(sample, echoes, now);
    PeerHealth health = watch.health(sample, now);
    if (watch.judged()) {
      cached.put(sample.publicKey(), health);
    }
    if (changed) {
      tell(health);
    }
    return health;
  }

  private void tell(PeerHealth health) {
    try {
      listener.changed(health);
    } catch (RuntimeException e) {
      LOG.warn("{}: a health listener failed", interfaceName, e);
    }
  }

  private static Map<PublicKey, List<Optional<Duration>>> probe(List<PeerSample> peers) {
    if (peers.isEmpty()) {
      return Map.of();
    }
    // Platform threads, which are in the caller's network namespace.
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(peers.size(), MAX_PROBES_AT_ONCE),
            Thread.ofPlatform().daemon().name("zlayer probe ", 0).factory())) {
      Map<PublicKey, Future<List<Optional<Duration>>>> probes =
          peers.stream()
              .collect(Collectors.toMap(PeerSample::publicKey, peer -> threads.submit(ping(peer))));
      return probes.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, probe -> result(probe.getValue())));
    }
  }

  private static Callable<List<Optional<Duration>>> ping(PeerSample peer) {
    return () -> Probe.ping(peer.overlayIp().orElseThrow());
  }

  private static List<Optional<Duration>> result(Future<List<Optional<Duration>>> probe) {
    try {
      return probe.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OverlayException("interrupted while probing peers", e);
    } catch (ExecutionException e) {
      throw new OverlayException("can't ping: " + e.getCause().getMessage(), e.getCause());
    }
  }

  /**
   * Checks every {@link #interval} from now on, in a thread of its own, until {@link #close}; after
   * half an interval where a peer that is UP failed the last check, so that three intervals are
   * enough to find it DOWN, even if it sent something just before it was cut off. A check that
   * can't be made, as while the interface is away, is logged once and tried again.
   *
   * @param callback is called by the thread that checks, at every change
   * @throws IllegalStateException if it runs already or was closed
   */
  public void run(HealthListener callback) {
    synchronized (checking) {
      if (closed || runner.isPresent()) {
        throw new IllegalStateException(
            "the health checker of " + interfaceName + (closed ? " is closed" : " runs already"));
      }
      listener = callback;
      runner =
          Optional.of(
              Thread.ofPlatform()
                  .daemon()
                  .name(interfaceName + "-health")
                  .start(this::checkForever));
    }
  }

  private void checkForever() {
    while (!Thread.currentThread().isInterrupted()) {
      long begun = System.nanoTime();
      Duration pause = interval;
      try {
        if (checkAll().peers().stream().anyMatch(OverlayHealthChecker::isInDoubt)) {
          pause = interval.dividedBy(2);
        }
        fault = Optional.empty();
      } catch (OverlayException e) {
        if (fault.isEmpty() && !Thread.currentThread().isInterrupted()) {
          LOG.warn("{}: {}", interfaceName, e.getMessage());
        }
        fault = Optional.of(e.getMessage());
      }
      try {
        rest(begun + pause.toNanos());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Waits for the next check, with an eye on the peers that are DOWN. */
  private void rest(long endNanos) throws InterruptedException {
    Duration left = Duration.ofNanos(endNanos - System.nanoTime());
    while (left.isPositive()) {
      List<PeerHealth> down = cached.values().stream().filter(peer -> !peer.healthy()).toList();
      boolean looks = !down.isEmpty() && left.compareTo(LOOK_INTERVAL) > 0;
      Thread.sleep(looks ? LOOK_INTERVAL : left);
      if (looks) {
        down.forEach(this::look);
      }
      left = Duration.ofNanos(endNanos - System.nanoTime());
    }
  }

  /** Takes the bytes that came of a peer since the last check, if some did, for a check. */
  private void look(PeerHealth peer) {
    running
        .apply(peer.publicKey())
        .map(status ->
            new PeerSample(
                peer.publicKey(), peer.overlayIp(), status.lastHandshake(), status.receivedBytes()))
        .ifPresent(sample -> {
          synchronized (checking) {
            Instant now = Instant.now();
            Optional.ofNullable(watches.get(sample.publicKey()))
                .filter(watch -> !watch.probeDue(sample, now))
                .ifPresent(watch -> judge(watch, sample, Map.of(), now));
          }
        });
  }

  private static boolean isInDoubt(PeerHealth peer) {
    return peer.healthy() && peer.failureCount() > 0;
  }

  /**
   * The round trip of an ICMP echo to {@code overlayIp}; empty when none of three is answered,
   * which takes 1.8 s. From a platform thread, whose network namespace counts; so is the next one.
   */
  public Optional<Duration> pingPeer(InetAddress overlayIp) {
    try {
      return Probe.ping(overlayIp).getLast();
    } catch (IOException e) {
      throw new OverlayException("can't ping: " + e.getMessage(), e);
    }
  }

  /**
   * How long a TCP connection to a peer's service takes; empty when there is none.
   *
   * @param port 1 to 65535
   */
  public Optional<Duration> tcpCheck(InetAddress overlayIp, int port) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not in 1..65535");
    }
    return Probe.connect(overlayIp, port, CONNECT_TIMEOUT);
  }

  /** What the last check found of a peer; empty before the first verdict on it. */
  public Optional<PeerHealth> cachedStatus(PublicKey publicKey) {
    return Optional.ofNullable(cached.get(publicKey));
  }

  /** Why the last check of {@link #run} couldn't be made; empty if it could. */
  public Optional<String> fault() {
    return fault;
  }

  /** The time between two checks of {@link #run}. */
  public Duration interval() {
    return interval;
  }

  /** Ends {@link #run}; returns when no callback is under way any more. */
  @Override
  public void close() {
    Optional<Thread> ended;
    synchronized (checking) {
      closed = true;
      ended = runner;
      runner = Optional.empty();
      listener = peer -> {};
    }
    ended.ifPresent(Thread::interrupt);
    ended.filter(thread -> thread != Thread.currentThread()).ifPresent(OverlayHealthChecker::join);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
