package dev.zlayer.cli;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.OverlayException;
import java.io.PrintWriter;
import java.net.InetAddress;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Runs {@code zlayer-overlay}. Exit codes: 0 done, 1 can't be done, 2 asked for wrongly. An error
 * is one line on standard error.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs the command in this process and returns its exit code. */
  static int run(String... arguments) {
    CommandLine line = new CommandLine(new ZlayerOverlayCommand());
    line.registerConverter(HostPort.class, HostPort::parse);
    line.registerConverter(InetAddress.class, IpText::parse);
    line.setParameterExceptionHandler(Main::explainUsage);
    line.setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line.execute(arguments);
  }

  private static int explainUsage(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    String reason = rootMessage(failure);
    err.println(name + ": " + reason);
    err.println("See '" + name + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  /** A converter's own words are better than what picocli wraps around them. */
  private static String rootMessage(ParameterException failure) {
    boolean isOurs =
        failure.getCause() instanceof IllegalArgumentException
            && failure.getCause().getMessage() != null;
    return isOurs ? failure.getCause().getMessage() : failure.getMessage();
  }

  private static int explain(Exception failure, CommandLine command) throws Exception {
    String name = command.getCommandSpec().qualifiedName();
    switch (failure) {
      case OverlayException e -> command.getErr().println(name + ": " + e.getMessage());
      case IllegalArgumentException e -> {
        command.getErr().println(name + ": " + e.getMessage());
        return CommandLine.ExitCode.USAGE;
      }
      default -> throw failure;
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
