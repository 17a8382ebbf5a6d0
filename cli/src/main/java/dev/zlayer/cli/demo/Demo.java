package dev.zlayer.cli.demo;

import dev.zlayer.cli.Amounts;
import dev.zlayer.cli.Table;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.BootstrapOptions;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.dns.DnsConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A leader and two workers, each a process in a namespace of its own: set up, started, told of each
 * other, pinged, and watched from the cable. Removes everything that it made, whatever happens.
 */
public final class Demo implements AutoCloseable {
  private static final int NODES = 3;
  private static final int PORT = 51820;
  private static final String SHARED_NAME = "web";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Two checks that fail, each with its probe, on a machine that may be busy. */
  private static final Duration VERDICT_PATIENCE = Duration.ofSeconds(30);

  private static final int CLEAN_UP_SECONDS = 30;

  /** Request and reply, each on the cable of its source and on that of its target. */
  private static final int FRAMES_OF_A_PING = 4;

  private final PrintWriter out;
  private final long pid = ProcessHandle.current().pid();
  private final byte[] marker =
      ("this must not be seen " + Long.toHexString(System.nanoTime()))
          .getBytes(StandardCharsets.US_ASCII);
  private final List<DemoNode> nodes = new ArrayList<>();
  private final Map<DemoNode, List<Duration>> roundTrips = new HashMap<>();
  private Path directory;
  private DemoNetwork network;
  private UnderlayWatch watch;
  private final CountDownLatch cleanedUp = new CountDownLatch(1);

  private Demo(PrintWriter out) {
    this.out = out;
  }

  /**
   * Shows it all.
   *
   * @return whether everything was as it should be; what wasn't is printed
   */
  public static boolean run(PrintWriter out) throws InterruptedException {
    Path launcher = requireLauncher();
    requireRoot();
    Demo demo = new Demo(out);
    Thread onSignal = demo.unwindOnSignal(Thread.currentThread());
    Runtime.getRuntime().addShutdownHook(onSignal);
    try (demo) {
      demo.show(launcher);
    } catch (IOException e) {
      throw new OverlayException("the demo can't write its files: " + e.getMessage(), e);
    } finally {
      demo.cleanedUp.countDown();
    }
    List<String> leftOver = demo.network.problems();
    leftOver.forEach(problem -> out.println("  FAILED  " + problem));
    if (leftOver.isEmpty()) {
      out.println("Everything that the demo made is removed. It works.");
    }
    out.flush();
    return leftOver.isEmpty();
  }

  /** On a signal the showing thread unwinds and cleans up; the JVM waits for it that long. */
  private Thread unwindOnSignal(Thread showing) {
    return new Thread(
        () -> {
          showing.interrupt();
          try {
            if (!cleanedUp.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
              out.println("the demo could not clean up; see: ip netns list");
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        "clean up on signal");
  }

  private void show(Path launcher) throws IOException, InterruptedException {
    directory = Files.createTempDirectory("zlayer-demo");
    step("three hosts on a bridge, each a network namespace");
    network = new DemoNetwork("zld" + pid % 100_000 + "-", NODES);
    watch = new UnderlayWatch(network, NODES, PORT, marker);

    setUp();
    proveThatTheWatchSees();
    step("starting three nodes");
    for (DemoNode node : nodes) {
      node.start(launcher);
    }
    for (DemoNode node : nodes) {
      node.awaitUp();
      detail(
          "%s is up: %s, pid %d"
              .formatted(node.name(), IpText.format(node.overlayIp()), node.pid()));
    }
    // Until now a host could answer "port unreachable" for a node that wasn't up yet.
    watch.forget();
    awaitIntroduction();
    pingEveryPair();
    resolveNames();
    proveThatNothingLeaked();
    loseAWorker(launcher);
    printTable();
  }

  private void setUp() {
    step("setting up a leader and two workers of " + OverlayBootstrap.DEFAULT_OVERLAY_CIDR);
    try (OverlayBootstrap leader =
        OverlayBootstrap.initLeader(
            OverlayBootstrap.DEFAULT_OVERLAY_CIDR, PORT, dataDirectory(0), options(0))) {
      nodes.add(new DemoNode("leader", network.host(0), dataDirectory(0), leader.node()));
      for (int worker = 1; worker < NODES; worker++) {
        addWorker(worker, leader);
      }
    }
  }

  private void addWorker(int number, OverlayBootstrap leader) {
    DemoNode leaderNode = nodes.getFirst();
    try (OverlayBootstrap worker =
        OverlayBootstrap.join(
            leader.cidr().toString(),
            leaderNode.description().endpoint().orElseThrow().toString(),
            leader.publicKey().toBase64(),
            leader.nodeIp(),
            leader.nextFreeAddress().orElseThrow(),
            PORT,
            dataDirectory(number),
            options(number))) {
      DemoNode node =
          new DemoNode(
              "worker-" + number, network.host(number), dataDirectory(number), worker.node());
      nodes.add(node);
      leader.addPeer(node.asPeer());
      detail(
          "%s has the key %s and got %s"
              .formatted(node.name(), worker.publicKey(), IpText.format(worker.nodeIp())));
    }
  }

  private Path dataDirectory(int node) {
    return directory.resolve("node" + node);
  }

  private BootstrapOptions options(int node) {
    return BootstrapOptions.DEFAULT
        .withInterfaceName("zld" + pid % 100_000 + "-" + node)
        .withEndpoint(HostPort.parse(DemoNetwork.underlayAddress(node) + ":" + PORT));
  }

  /** A watch that finds nothing proves nothing, unless it is known to find. */
  private void proveThatTheWatchSees() throws InterruptedException {
    step("listening to every cable");
    InetAddress neighbour = IpText.parse(DemoNetwork.underlayAddress(1));
    if (nodes.getFirst().ping(neighbour, marker, PATIENCE).isEmpty()) {
      throw new OverlayException("the hosts don't reach each other");
    }
    awaitThat(
        PATIENCE,
        () -> watch.markedFrames() == FRAMES_OF_A_PING,
        "a ping beside the overlay was not seen on the cables");
    detail("a ping beside the overlay, with a marker in it, was seen in the clear");
    watch.forget();
  }

  /** The leader was told of both; its map tells them of each other. */
  private void awaitIntroduction() throws InterruptedException {
    step("the workers learn of each other from the leader");
    for (DemoNode worker : nodes.subList(1, NODES)) {
      awaitThat(
          PATIENCE,
          () -> worker.status().peers().size() == NODES - 1,
          worker.name() + " doesn't hear of the other worker");
    }
  }

  private void pingEveryPair() throws InterruptedException {
    step("pinging every pair over the overlay, the marker in every ping");
    List<String> silent = new ArrayList<>();
    for (DemoNode source : nodes) {
      for (DemoNode target : nodes) {
        if (source != target) {
          // The first one may have to wait for the handshake; the second shows the way itself.
          source.ping(target.overlayIp(), marker, PATIENCE);
          Optional<Duration> roundTrip = source.ping(target.overlayIp(), marker, PATIENCE);
          String pair = source.name() + " -> " + target.name();
          detail(
              "%-22s %s".formatted(pair, roundTrip.map(Amounts::milliseconds).orElse("NO ANSWER")));
          roundTrip.ifPresentOrElse(
              time -> roundTrips.computeIfAbsent(target, t -> new ArrayList<>()).add(time),
              () -> silent.add(pair));
        }
      }
    }
    if (!silent.isEmpty()) {
      throw new OverlayException("no answer: " + String.join(", ", silent));
    }
  }

  private void resolveNames() throws InterruptedException {
    DemoNode leader = nodes.getFirst();
    for (DemoNode worker : nodes.subList(1, NODES)) {
      leader.name(SHARED_NAME, worker.overlayIp());
    }
    step("asking the leader for names with dig, from a worker, through the tunnel");
    if (!hasDig()) {
      detail("left out, since dig is not installed: apt-get install dnsutils");
      return;
    }
    requireAddresses("leader", List.of(leader));
    requireAddresses("worker-2", List.of(nodes.get(2)));
    requireAddresses(SHARED_NAME, nodes.subList(1, NODES));
  }

  private void requireAddresses(String name, List<DemoNode> holders) throws InterruptedException {
    String full = name + "." + DnsConfig.DEFAULT_ZONE;
    String got = nodes.get(1).dig(nodes.getFirst().overlayIp(), full);
    String wanted =
        holders.stream()
            .map(holder -> IpText.format(holder.overlayIp()))
            .sorted()
            .collect(Collectors.joining(", "));
    detail("%-22s %s".formatted(full, got));
    if (!got.equals(wanted)) {
      throw new OverlayException(full + " should have the address " + wanted);
    }
  }

  private static boolean hasDig() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "dig")));
  }

  private void loseAWorker(Path launcher) throws InterruptedException {
    DemoNode leader = nodes.getFirst();
    DemoNode lost = nodes.get(2);
    step("killing " + lost.name() + " (kill -9, pid " + lost.pid() + ")");
    lost.kill();
    awaitVerdict(leader, lost, false);
    if (hasDig()) {
      requireAddresses(SHARED_NAME, List.of(nodes.get(1)));
    }
    step("starting " + lost.name() + " again");
    lost.start(launcher);
    lost.awaitUp();
    awaitVerdict(leader, lost, true);
    if (hasDig()) {
      requireAddresses(SHARED_NAME, nodes.subList(1, NODES));
    }
  }

  private void awaitVerdict(DemoNode observer, DemoNode peer, boolean up)
      throws InterruptedException {
    String verdict = up ? "UP" : "DOWN";
    long begun = System.nanoTime();
    awaitThat(
        VERDICT_PATIENCE,
        () -> observer.holdsUp(peer).equals(Optional.of(up)),
        "%s doesn't hold %s %s".formatted(observer.name(), peer.name(), verdict));
    detail(
        "%s holds it %s after %.1f s, with a check a second"
            .formatted(observer.name(), verdict, (System.nanoTime() - begun) / 1e9));
  }

  private void proveThatNothingLeaked() {
    step("what crossed the cables meanwhile");
    watch.counts().forEach((kind, frames) -> detail("%-14s %d frames".formatted(kind, frames)));
    if (!watch.foreign().isEmpty()) {
      throw new OverlayException(
          "something that isn't WireGuard crossed the cable: "
              + String.join(", ", watch.foreign()));
    }
    if (watch.markedFrames() > 0) {
      throw new OverlayException("the marker crossed the cable in the clear");
    }
    if (!watch.counts().containsKey("transport")) {
      throw new OverlayException("no encrypted packet was seen on the cable");
    }
    detail("nothing but WireGuard (and ARP); the marker was never seen in the clear");
  }

  private void printTable() {
    out.println();
    Table table = new Table("NODE", "OVERLAY IP", "PUBLIC KEY", "HANDSHAKE", "RTT");
    Instant now = Instant.now();
    for (DemoNode node : nodes) {
      NodeStatus status = node.status();
      Duration age =
          status.peers().stream()
              .flatMap(peer -> peer.handshakeAge(now).stream())
              .min(Comparator.naturalOrder())
              .orElseThrow(() -> new OverlayException(node.name() + " has no session"));
      Duration best = roundTrips.get(node).stream().min(Comparator.naturalOrder()).orElseThrow();
      table.row(
          node.name(),
          IpText.format(node.overlayIp()),
          node.description().publicKey(),
          Amounts.age(age),
          Amounts.milliseconds(best));
    }
    table.print(out);
    out.println();
    out.flush();
  }

  /** Removes all that was made, even on an interrupted thread. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    nodes.parallelStream().forEach(DemoNode::close);
    if (watch != null) {
      watch.close();
    }
    if (network != null) {
      network.close();
    }
    if (directory != null) {
      deleteTree(directory);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void deleteTree(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new OverlayException(directory + " can't be removed: " + e.getMessage(), e);
    }
  }

  private static void requireRoot() {
    try {
      if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
        throw new OverlayException(
            "the demo makes network namespaces and needs root: sudo zlayer-overlay demo");
      }
    } catch (IOException e) {
      throw new OverlayException("/proc can't be read: " + e.getMessage(), e);
    }
  }

  private static Path requireLauncher() {
    String launcher = System.getProperty("zlayer.launcher");
    if (launcher == null) {
      throw new OverlayException("the demo starts further nodes: call it through its launcher");
    }
    return Path.of(launcher);
  }

  private interface Condition {
    boolean holds();
  }

  private static void awaitThat(Duration patience, Condition condition, String otherwise)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new OverlayException(otherwise);
      }
      Thread.sleep(10);
    }
  }

  private void step(String what) {
    out.println("* " + what);
    out.flush();
  }

  private void detail(String what) {
    out.println("    " + what);
    out.flush();
  }
}
