package dev.zlayer.cli;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.ResolverMode;
import dev.zlayer.overlay.WebAddress;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Runs {@code zlayer-overlay}. Exit codes: 0 done, 1 can't be done, 2 asked for wrongly. An error
 * is one line on standard error; with {@code ZLAYER_DEBUG} in the environment its stack trace
 * follows.
 */
public final class Main {
  private static final String DEBUG = "ZLAYER_DEBUG";

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(writer(System.out), writer(System.err), arguments));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
  }

  /** Runs the command in this process and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line = withConverters(commandLine(Subcommand.candidates(arguments)));
    line.setExpandAtFiles(false);
    line.setOut(out);
    line.setErr(err);
    line.setParameterExceptionHandler((failure, parsed) -> explainUsage(failure));
    line.setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
    try {
      return line.execute(arguments);
    } catch (Error e) {
      return explain(e, line);
    }
  }

  /** The command with these of its subcommands. */
  static CommandLine commandLine(List<Subcommand> subcommands) {
    CommandLine line = new CommandLine(new ZlayerOverlayCommand());
    subcommands.forEach(subcommand -> line.addSubcommand(subcommand.command()));
    return line;
  }

  /** The same command, which reads values as all commands do. */
  static CommandLine withConverters(CommandLine line) {
    return line.registerConverter(HostPort.class, HostPort::parse)
        .registerConverter(InetAddress.class, IpText::parse)
        .registerConverter(ResolverMode.class, ResolverMode::parse)
        .registerConverter(Duration.class, Amounts::duration)
        .registerConverter(WebAddress.class, WebAddress::parse);
  }

  private static int explainUsage(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    print(command, reason(failure) + " (see '" + name + " --help')", failure);
    return CommandLine.ExitCode.USAGE;
  }

  /** A converter's own words are better than what picocli wraps around them. */
  private static String reason(ParameterException failure) {
    boolean isOurs =
        failure.getCause() instanceof IllegalArgumentException
            && failure.getCause().getMessage() != null;
    if (!isOurs) {
      return failure.getMessage();
    }
    String words = failure.getCause().getMessage();
    return failure.getArgSpec() instanceof CommandLine.Model.OptionSpec option
        ? option.longestName() + ": " + words
        : words;
  }

  private static int explain(Throwable failure, CommandLine command) {
    switch (failure) {
      case OverlayException e -> print(command, e.getMessage(), e);
      case IllegalArgumentException e -> {
        print(command, e.getMessage(), e);
        return CommandLine.ExitCode.USAGE;
      }
      default ->
          print(
              command,
              "internal error: " + failure + " (" + DEBUG + "=1 shows where it comes from)",
              failure);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static void print(CommandLine command, String reason, Throwable failure) {
    String line = String.valueOf(reason).strip().replaceAll("\\s*\\p{Cntrl}+\\s*", " ");
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + line);
    if (System.getenv(DEBUG) != null) {
      failure.printStackTrace(command.getErr());
    }
  }
}
