package dev.zlayer.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The subcommands, in the order in which help shows them.
 *
 * <p>A name tells which one is asked for, so that no other is made: reading the options of all of
 * them takes longer than what most of them do.
 */
enum Subcommand {
  INIT(InitCommand.class),
  JOIN(JoinCommand.class),
  UP(UpCommand.class),
  DOWN(DownCommand.class),
  CLEANUP(CleanupCommand.class),
  STATUS(StatusCommand.class),
  HEALTH(HealthCommand.class),
  DOCTOR(DoctorCommand.class),
  DEBUG(DebugCommand.class),
  INVITE(InviteCommand.class),
  PEER(PeerCommand.class),
  IP(IpCommand.class),
  DNS(DnsCommand.class),
  RESOLVER(ResolverCommand.class),
  LEAVE(LeaveCommand.class),
  LOG(LogCommand.class),
  KEY(KeyCommand.class),
  KEYGEN(KeygenCommand.class),
  DEVICE(DeviceCommand.class),
  DEMO(DemoCommand.class),
  COMPLETION(CompletionCommand.class),
  VERSION(VersionCommand.class),
  MAN(ManCommand.class);

  private final Class<?> command;

  Subcommand(Class<?> command) {
    this.command = command;
  }

  /** The class that picocli makes the command of. */
  Class<?> command() {
    return command;
  }

  /** What an operator types. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What {@code arguments} can be about: one subcommand, or any where none is named first. */
  static List<Subcommand> candidates(String... arguments) {
    Optional<Subcommand> named =
        Arrays.stream(values())
            .filter(subcommand -> arguments.length > 0 && subcommand.word().equals(arguments[0]))
            .findFirst();
    return named.map(List::of).orElseGet(() -> List.of(values()));
  }
}
