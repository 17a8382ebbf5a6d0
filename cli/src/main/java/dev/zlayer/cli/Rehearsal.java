package dev.zlayer.cli;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.device.LocalSocket;
import dev.zlayer.linux.Netlink;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Administration;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.module.ModuleReader;
import java.lang.module.ResolvedModule;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Goes through what the command does, for the JVM to note down which classes and linkage it needs:
 * what it noted becomes an AOT cache. {@code scripts/aot-cache} runs it when the command is
 * packaged, once as a node and once as the commands that ask one.
 *
 * <p>Everything that it writes is in the folder that it is given. It makes interfaces only where it
 * is told to, in a network namespace of its own: a node's, and a bare device's, to which the node's
 * packets go.
 */
final class Rehearsal {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String OWN = "own";
  private static final String NODE = "zl-node";
  private static final int NODE_PORT = 51820;
  private static final String PEER = "zl-peer";
  private static final String PEER_IP = "10.200.0.2";
  private static final int PEER_PORT = 51821;
  private static final int DISCARD = 9;
  private static final int METRICS_PORT = 15380;
  private static final String METRICS_PATH = "/metrics";
  private static final int BURSTS = 200;
  private static final int BURST_PACKETS = 20;
  private static final int PACKET_BYTES = 1200;

  private static final List<String> ASKED_OF_A_NODE =
      List.of(
          "status",
          "status --json",
          "health",
          "peer list",
          "ip list",
          "ip stats",
          "dns list",
          "dns add web 10.200.0.9",
          "dns remove web",
          "invite --raw",
          "invite list",
          "down");

  private final Path folder;
  private final PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
  private final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);

  private Rehearsal(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    Rehearsal rehearsal = new Rehearsal(Path.of(arguments[1]));
    boolean withNode = List.of(arguments).contains("with-node");
    switch (arguments[0]) {
      case "node" -> rehearsal.node(withNode);
      case "commands" -> rehearsal.commands(withNode);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.exit(0);
  }

  private void node(boolean runs) throws Exception {
    linkOwnClasses();
    run(
        0,
        "init",
        "--interface=" + NODE,
        "--port=" + NODE_PORT,
        "--endpoint=127.0.0.1:" + NODE_PORT,
        state(NODE));
    if (runs) {
      runNode();
    }
  }

  private void runNode() throws Exception {
    PrivateKey peerKey = PrivateKey.generate(new SecureRandom()::nextBytes);
    run(
        0,
        "peer",
        "add",
        "--node-id=peer",
        "--public-key=" + Crypto.system().publicKey(peerKey).toBase64(),
        "--endpoint=127.0.0.1:" + PEER_PORT,
        "--ip=" + PEER_IP,
        state(NODE));
    Future<Integer> node =
        inBackground("up", "--health-interval=1", "--metrics=loopback", state(NODE));
    Future<Integer> peer = inBackground("device", "-f", "--socket-dir=" + folder, PEER);
    await(() -> Administration.isRunning(data(NODE)) || node.isDone());
    await(() -> LocalSocket.isServed(peerSocket()) || peer.isDone());
    configurePeer(peerKey);
    sendPackets();
    askForMetrics();
    // The commands' rehearsal brings it down.
    requireDone(node.get());
    Files.delete(peerSocket());
    requireDone(peer.get());
  }

  private void commands(boolean withNode) throws InterruptedException {
    run(0, "init", "--json", state(OWN));
    run(0, "peer", "list", state(OWN));
    run(1, "status", state(OWN));
    if (withNode) {
      await(() -> Administration.isRunning(data(NODE)) && hasVerdict());
      for (String command : ASKED_OF_A_NODE) {
        run(0, (command + " " + state(NODE)).split(" "));
      }
    }
  }

  /** Whether the node says something of its peer's health. */
  private boolean hasVerdict() {
    try (Administration node = Administration.ofRunning(data(NODE))) {
      return node.status().peers().stream().anyMatch(peer -> peer.health().isPresent());
    }
  }

  /** The cache holds what was linked, and no rehearsal comes by everything. */
  private static void linkOwnClasses() throws IOException {
    for (ResolvedModule module : ModuleLayer.boot().configuration().modules()) {
      if (module.name().startsWith("dev.zlayer.")) {
        try (ModuleReader reader = module.reference().open();
            Stream<String> resources = reader.list()) {
          resources
              .filter(name -> name.endsWith(".class") && !name.equals("module-info.class"))
              .forEach(name -> link(module.name(), name));
        }
      }
    }
  }

  private static void link(String module, String resource) {
    String name = resource.substring(0, resource.length() - ".class".length()).replace('/', '.');
    // Being asked for its methods links a class without initialising it.
    Class<?> type = Class.forName(ModuleLayer.boot().findModule(module).orElseThrow(), name);
    var _ = type.getDeclaredMethods();
  }

  private Path data(String node) {
    return folder.resolve(node);
  }

  private String state(String node) {
    return "--data-dir=" + data(node);
  }

  private Path peerSocket() {
    return folder.resolve(PEER + ".sock");
  }

  private void configurePeer(PrivateKey key) throws IOException {
    PublicKey nodeKey;
    try (Administration node = Administration.ofRunning(data(NODE))) {
      nodeKey = node.node().publicKey();
    }
    String configuration =
        """
        set=1
        private_key=%s
        listen_port=%d
        public_key=%s
        allowed_ip=0.0.0.0/0

        """
            .formatted(key.toHex(), PEER_PORT, nodeKey.toHex());
    try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(peerSocket()));
        Netlink netlink = Netlink.open()) {
      socket.write(ByteBuffer.wrap(configuration.getBytes(StandardCharsets.US_ASCII)));
      socket.read(ByteBuffer.allocate(64));
      netlink.linkUp(netlink.linkIndex(PEER));
    }
  }

  /** To nobody who would answer: it is their way there that is to become known. */
  private static void sendPackets() throws IOException, InterruptedException {
    InetAddress target = IpText.parse(PEER_IP);
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int burst = 0; burst < BURSTS; burst++) {
        for (int i = 0; i < BURST_PACKETS; i++) {
          socket.send(new DatagramPacket(new byte[PACKET_BYTES], PACKET_BYTES, target, DISCARD));
        }
        Thread.sleep(1);
      }
    }
  }

  /** In few words, so that what asks isn't in the cache as well. */
  private static void askForMetrics() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), METRICS_PORT)) {
      String request =
          "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"
              .formatted(METRICS_PATH, METRICS_PORT);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!answer.startsWith("HTTP/1.1 200 ")) {
        throw new IllegalStateException("metrics: " + answer);
      }
    }
  }

  private void run(int expectedExitCode, String... words) {
    int exitCode = Main.run(nowhere, err, words);
    if (exitCode != expectedExitCode) {
      throw new IllegalStateException(List.of(words) + " ended with code " + exitCode);
    }
  }

  private Future<Integer> inBackground(String... words) {
    FutureTask<Integer> command = new FutureTask<>(() -> Main.run(nowhere, err, words));
    Thread.ofPlatform().name(words[0]).daemon().start(command);
    return command;
  }

  private static void requireDone(int exitCode) {
    if (exitCode != 0) {
      throw new IllegalStateException("ended with code " + exitCode);
    }
  }

  private static void await(BooleanSupplier event) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!event.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("what was waited for didn't happen");
      }
      Thread.sleep(10);
    }
  }
}
