package dev.zlayer.interop;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.RunningCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A node of the product on one host, set up and asked as an operator does: through the launcher.
 *
 * <p>It ends with its host; its data directory belongs to the test.
 *
 * @param interfaceName its own on the whole machine, since the sockets in {@code
 *     /var/run/wireguard} are shared between namespaces; serves as node id too
 * @param endpoint how others reach it
 */
record Node(
    Netns host,
    Path dataDirectory,
    String interfaceName,
    String endpoint,
    String publicKey,
    String overlayIp) {
  static final String CIDR = "10.200.0.0/16";

  private static final AtomicInteger NEXT = new AtomicInteger();

  /** Generous, since it costs nothing where all is well: a busy machine starts JVMs slowly. */
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private static final Duration PING_INTERVAL = Duration.ofMillis(100);

  /** A node on {@code host} that was set up with an endpoint. */
  static Node of(Netns host, NodeDescription node) {
    return new Node(
        host,
        node.dataDirectory(),
        node.interfaceName(),
        node.endpoint().orElseThrow().toString(),
        node.publicKey().toBase64(),
        IpText.format(node.nodeIp()));
  }

  static String nextInterfaceName() {
    return "zli" + ProcessHandle.current().pid() + "n" + NEXT.getAndIncrement();
  }

  /** Sets up a leader with {@code init}; {@code options} are further ones of that command. */
  static Node init(Netns host, String endpoint, Path folder, String... options) {
    return setUp("init", host, endpoint, folder, List.of(options));
  }

  /** Sets up a worker of {@code leader} with {@code join}. */
  static Node join(
      Node leader, Netns host, String endpoint, Path folder, String ip, String... more) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--leader-endpoint",
                leader.endpoint(),
                "--leader-public-key",
                leader.publicKey(),
                "--leader-overlay-ip",
                leader.overlayIp(),
                "--allocated-ip",
                ip));
    options.addAll(List.of(more));
    return setUp("join", host, endpoint, folder, options);
  }

  /** Sets up a worker of a leader that isn't ours: {@code options} say which. */
  static Node join(Netns host, String endpoint, Path folder, String... options) {
    return setUp("join", host, endpoint, folder, List.of(options));
  }

  private static Node setUp(
      String subcommand, Netns host, String endpoint, Path folder, List<String> options) {
    String interfaceName = nextInterfaceName();
    Path dataDirectory = folder.resolve(interfaceName);
    List<String> words = new ArrayList<>(List.of(subcommand, "--json"));
    words.addAll(List.of("--interface", interfaceName, "--endpoint", endpoint));
    words.addAll(options);
    JsonNode made = parse(command(host, dataDirectory, words).output());
    return new Node(
        host,
        dataDirectory,
        interfaceName,
        endpoint,
        made.get("public_key").asString(),
        made.get("overlay_ip").asString());
  }

  /** A subcommand for this node, in its host's namespace. */
  Command command(String... words) {
    return command(host, dataDirectory, List.of(words));
  }

  /** Tells this node of another one and where that is reached. */
  Execution add(Node peer, String... more) {
    List<String> words = new ArrayList<>(List.of("peer", "add", "--node-id", peer.interfaceName()));
    words.addAll(List.of("--public-key", peer.publicKey(), "--ip", peer.overlayIp()));
    words.addAll(List.of(more));
    return command(words.toArray(String[]::new)).run().requireSuccess();
  }

  /** Starts it in the foreground and returns once it is up. */
  RunningCommand up(String... options) {
    List<String> words = new ArrayList<>(List.of("up"));
    words.addAll(List.of(options));
    RunningCommand running = command(words.toArray(String[]::new)).start();
    awaitUp(running);
    return running;
  }

  /** Waits until {@code running}, an {@code up} in the foreground, has said that it is up. */
  void awaitUp(RunningCommand running) {
    running.awaitText(interfaceName + " is up", LIMIT);
  }

  /** The running node as {@code status --json} shows it. */
  JsonNode status() {
    return parse(command("status", "--json").output());
  }

  /** Where {@code wg} looks for this node. */
  Path wgSocket() {
    return Path.of("/var/run/wireguard", interfaceName + ".sock");
  }

  /** The local socket of the running node. */
  Path controlSocket() {
    return dataDirectory.resolve("overlay.sock");
  }

  /** The file that holds all it has to remember. */
  Path stateFile() {
    return dataDirectory.resolve("overlay_bootstrap.json");
  }

  /** Fails unless every one of a few echo requests to {@code target} is answered. */
  void assertReaches(String target) {
    Ping.Statistics echoes = Ping.run(host, target, 3, PING_INTERVAL);
    Assertions.assertEquals(0, echoes.lost(), () -> overlayIp + " -> " + target + ": " + echoes);
  }

  /** Fails if any of a few echo requests to {@code target} is answered. */
  void assertDoesNotReach(String target) {
    Ping.Statistics echoes = Ping.run(host, target, 5, PING_INTERVAL);
    Assertions.assertEquals(0, echoes.received(), () -> overlayIp + " -> " + target);
  }

  /** Whether an echo request is answered within a moment: for asking in short steps. */
  boolean answersAtOnce(String target) {
    Command ping = Command.of("ping", "-nq", "-c1", "-W0.2", target);
    return ping.in(host).run().exitCode() == 0;
  }

  private static Command command(Netns host, Path dataDirectory, List<String> words) {
    List<String> line = new ArrayList<>(words);
    line.addAll(List.of("--data-dir", dataDirectory.toString()));
    return Command.zlayerOverlay(line.toArray(String[]::new)).in(host).within(LIMIT);
  }

  private static JsonNode parse(String json) {
    return JsonMapper.shared().readTree(json);
  }
}
