package dev.zlayer.cli;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.InviteDescription;
import dev.zlayer.overlay.InviteOptions;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.control.InviteJson;
import dev.zlayer.overlay.control.NodeJson;
import dev.zlayer.overlay.enrolment.InviteToken;
import java.io.Console;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "invite",
    description = "Print a token with which one machine can join; on the leader.",
    subcommands = {InviteCommand.ListInvites.class, InviteCommand.Revoke.class})
final class InviteCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Node id and host name of the machine (default: by its address).")
  Optional<String> name;

  @Option(
      names = "--ip",
      paramLabel = "IP",
      description = "Its address (default: the lowest one that is free).")
  Optional<InetAddress> ip;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description = "How long the token can be used, such as 90s, 30m, 1h or 7d (default: 1h).")
  Optional<Duration> expires;

  @Option(
      names = "--raw",
      description = "Print the token alone, also where the output is no terminal.")
  boolean raw;

  @Override
  public Integer call() {
    if (!raw && !isTerminal()) {
      throw new OverlayException(
          "a token is a secret and the output is no terminal: print it with --raw if it goes to"
              + " where nobody else reads it");
    }
    InviteOptions invite = InviteOptions.DEFAULT;
    invite = name.map(invite::withName).orElse(invite);
    invite = ip.map(invite::withIp).orElse(invite);
    invite = expires.map(invite::withExpiry).orElse(invite);
    PrintWriter out = spec.commandLine().getOut();
    try (Administration node = Administration.of(dataDirectory.path)) {
      InviteToken token = node.invite(invite);
      if (raw) {
        out.println(token.encode());
      } else {
        print(token, out);
      }
      if (!Administration.isRunning(dataDirectory.path)) {
        spec.commandLine()
            .getErr()
            .println("The leader doesn't run: start it before the token is used.");
      }
    }
    return 0;
  }

  private static void print(InviteToken token, PrintWriter out) {
    out.println(
        "One machine can join until "
            + token.expiresAt().truncatedTo(ChronoUnit.SECONDS)
            + ". Whoever has this token can be it:");
    out.println();
    out.println(NextStep.join(token));
  }

  // From JDK 25 on there is no console again where there is no terminal.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  @Command(name = "list", description = "Show the invites that aren't forgotten yet.")
  static final class ListInvites extends NodeCommand {
    @Override
    void ask(Administration node, PrintWriter out) {
      List<InviteDescription> invites = node.invites();
      if (json.isSet) {
        out.println(NodeJson.text(InviteJson.of(invites)));
      } else if (invites.isEmpty()) {
        out.println("no invites");
      } else {
        print(invites, out);
      }
    }

    private static void print(List<InviteDescription> invites, PrintWriter out) {
      Table table = new Table("INVITE", "STATE", "NAME", "ADDRESS", "EXPIRES", "MEMBER");
      for (InviteDescription invite : invites) {
        table.row(
            invite.publicKey(),
            invite.state(),
            invite.name().orElse("-"),
            invite.ip().map(IpText::format).orElse("-"),
            expiry(invite.expiresAt()),
            invite.member().map(Object::toString).orElse("-"));
      }
      table.print(out);
    }

    private static String expiry(Instant time) {
      return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
  }

  @Command(name = "revoke", description = "Take back an invite that nobody has used.")
  static final class Revoke extends NodeCommand {
    @Parameters(
        paramLabel = "KEY|NAME",
        description = "The invite's public key, as 'invite list' shows it, or its name.")
    String invite;

    @Override
    void ask(Administration node, PrintWriter out) {
      InviteDescription revoked = node.revokeInvite(invite);
      out.println(
          json.isSet
              ? NodeJson.text(InviteJson.of(revoked))
              : "Invite " + revoked.publicKey() + " is revoked.");
    }
  }
}
