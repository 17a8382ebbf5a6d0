package dev.zlayer.cli;

import dev.zlayer.overlay.BootstrapOptions;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.control.NodeJson;
import dev.zlayer.overlay.enrolment.InviteToken;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "join",
    description = "Set up this machine as a worker of an overlay: by a token, or by hand.")
final class JoinCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;
  @Mixin NodeOptions options;
  @Mixin JsonOption json;

  @Option(
      names = {"--leader-cidr", "--cidr"},
      paramLabel = "CIDR",
      defaultValue = OverlayBootstrap.DEFAULT_OVERLAY_CIDR,
      description = "The overlay's network (default: ${DEFAULT-VALUE}).")
  String leaderCidr;

  @Option(
      names = {"--leader-cidr-v6", "--cidr-v6"},
      paramLabel = "CIDR",
      description = "The overlay's IPv6 network, where it has both (default: none).")
  Optional<String> leaderCidrV6;

  @Option(
      names = "--leader-endpoint",
      paramLabel = "HOST:PORT",
      description = "Where the leader is reached.")
  Optional<String> leaderEndpoint;

  @Option(
      names = "--leader-public-key",
      paramLabel = "KEY",
      description = "The leader's public key, base64.")
  Optional<String> leaderPublicKey;

  @Option(
      names = "--leader-overlay-ip",
      paramLabel = "IP",
      description = "The leader's address in the overlay.")
  Optional<InetAddress> leaderOverlayIp;

  @Option(
      names = "--allocated-ip",
      paramLabel = "IP",
      description = "This node's address, which the leader leased.")
  Optional<InetAddress> allocatedIp;

  @Option(
      names = "--preshared-key-file",
      paramLabel = "FILE",
      description = "A file with the preshared key for the leader, base64.")
  Optional<Path> presharedKeyFile;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "A file with the token, so that it stands in no process list; '-': standard input.")
  Optional<Path> tokenFile;

  @Option(
      names = "--up",
      description = "Start the node too, as 'up' does and with the same options.")
  boolean up;

  @Option(names = "--detach", description = "With --up: go on in the background.")
  boolean detach;

  @Mixin RunningOptions running;

  @Parameters(
      arity = "0..1",
      paramLabel = "TOKEN",
      description = "What 'invite' printed on the leader; '-': standard input.")
  Optional<String> token;

  @Override
  public Integer call() {
    checkStart();
    Optional<InviteToken> invite = invite();
    PrintWriter out = spec.commandLine().getOut();
    try (OverlayBootstrap worker = invite.isPresent() ? joinBy(invite.get()) : joinByHand()) {
      if (json.isSet) {
        out.println(NodeJson.text(NodeJson.of(worker.node())));
      } else if (invite.isPresent()) {
        printMember(worker.node(), out);
      } else {
        printByHand(worker.node(), out);
      }
    }
    return up ? start() : 0;
  }

  /** Options of a start are nothing to a join without one, and wrong ones are said before it. */
  private void checkStart() {
    if (detach && !up) {
      throw new IllegalArgumentException("--detach goes with --up");
    }
    List<String> words = running.arguments();
    if (!words.isEmpty() && !up) {
      throw new IllegalArgumentException(
          words.getFirst().replaceFirst("=.*", "")
              + " goes with --up: add that, or give it to 'up' later");
    }
    running.check();
  }

  /** The token, from where it was given; empty where everything is told by hand. */
  private Optional<InviteToken> invite() {
    boolean byHand =
        Stream.of(leaderEndpoint, leaderPublicKey, leaderOverlayIp, allocatedIp, presharedKeyFile)
            .anyMatch(Optional::isPresent);
    if (token.isPresent() ? tokenFile.isPresent() || byHand : tokenFile.isPresent() && byHand) {
      throw new IllegalArgumentException(
          "a token says everything: give it alone, or the options of a leader without one");
    }
    return token
        .filter(text -> !text.equals("-"))
        .map(InviteToken::parse)
        .or(() -> tokenFile.or(() -> token.map(Path::of)).map(KeyFile::token));
  }

  private OverlayBootstrap joinBy(InviteToken invite) {
    PrintWriter err = spec.commandLine().getErr();
    return OverlayBootstrap.join(
        invite,
        options.portOrDefault(),
        dataDirectory.path,
        options.bootstrap(),
        line -> err.println("zlayer-overlay join: " + line));
  }

  private OverlayBootstrap joinByHand() {
    requireLeader();
    BootstrapOptions own = options.bootstrap();
    own = leaderCidrV6.map(own::withCidrV6).orElse(own);
    return OverlayBootstrap.join(
        leaderCidr,
        leaderEndpoint.orElseThrow(),
        leaderPublicKey.orElseThrow(),
        leaderOverlayIp.orElseThrow(),
        allocatedIp.orElseThrow(),
        options.portOrDefault(),
        dataDirectory.path,
        presharedKeyFile.map(KeyFile::presharedKey).map(own::withLeaderPresharedKey).orElse(own));
  }

  private void requireLeader() {
    List<String> missing = new ArrayList<>();
    leaderEndpoint.ifPresentOrElse(_ -> {}, () -> missing.add("--leader-endpoint"));
    leaderPublicKey.ifPresentOrElse(_ -> {}, () -> missing.add("--leader-public-key"));
    leaderOverlayIp.ifPresentOrElse(_ -> {}, () -> missing.add("--leader-overlay-ip"));
    allocatedIp.ifPresentOrElse(_ -> {}, () -> missing.add("--allocated-ip"));
    if (!missing.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "give the token that 'invite' printed on the leader, or else "
              + String.join(", ", missing));
    }
  }

  /** As {@code up} does, in this process. */
  private int start() {
    List<String> words =
        new ArrayList<>(List.of("up", "--data-dir", dataDirectory.path.toString()));
    words.addAll(running.arguments());
    if (detach) {
      words.add("--detach");
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    return Main.run(out, err, words.toArray(String[]::new));
  }

  private void printMember(NodeDescription node, PrintWriter out) {
    NextStep.describe(node, out);
    if (!up) {
      out.println("It is a member now. Start it:");
      out.println(NextStep.up(dataDirectory));
    }
  }

  private void printByHand(NodeDescription node, PrintWriter out) {
    NextStep.describe(node, out);
    out.println("Tell the leader, on its machine" + NextStep.caveat(node) + ":");
    out.println(NextStep.peerAdd(node, presharedKeyFile));
    out.println("Then start this node:");
    out.println(NextStep.up(dataDirectory));
  }
}
