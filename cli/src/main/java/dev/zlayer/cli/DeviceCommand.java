package dev.zlayer.cli;

import dev.zlayer.device.Device;
import dev.zlayer.device.DeviceSettings;
import dev.zlayer.device.NativeLinkage;
import dev.zlayer.device.UapiSocket;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.state.IoReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "device",
    description = {
      "Make a bare WireGuard interface, for 'wg', 'ip' and 'wg-quick' to set up.",
      "It goes on in the background until its socket file is removed, the interface is deleted,"
          + " or SIGTERM. LOG_LEVEL=verbose|error|silent in the environment says what is logged"
          + " to standard error (default: silent in the background, else error)."
    })
final class DeviceCommand implements Callable<Integer> {
  private static final long SOCKET_CHECK_MILLIS = 200;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "IFACE", description = "Name of the interface.")
  String interfaceName;

  @Option(
      names = {"-f", "--foreground"},
      description = "Stay in the foreground.")
  boolean foreground;

  @Option(
      names = "--socket-dir",
      paramLabel = "DIR",
      description = "Where the control socket IFACE.sock goes (default: ${DEFAULT-VALUE}).",
      defaultValue = "/var/run/wireguard")
  Path socketDirectory;

  @Override
  public Integer call() throws InterruptedException {
    Optional<LogLevel> logLevel = LogLevel.ofEnvironment();
    if (!foreground) {
      return detach(logLevel.isPresent() && logLevel.get() != LogLevel.SILENT);
    }
    NativeLinkage.begin();
    logLevel.orElse(LogLevel.ERROR).apply();
    run(spec.commandLine().getOut());
    return 0;
  }

  /**
   * Returns once the device is ready, or with its reason and exit code.
   *
   * @param logs whether it logs to our standard error as long as it runs
   */
  private int detach(boolean logs) throws InterruptedException {
    List<String> words =
        List.of(
            "device",
            "--foreground",
            "--socket-dir=" + socketDirectory.toAbsolutePath(),
            "--",
            interfaceName);
    try {
      ProcessBuilder command = DetachedCommand.of(words);
      if (logs) {
        command.redirectError(ProcessBuilder.Redirect.INHERIT);
      }
      Process process = command.start();
      String ready = process.inputReader().readLine();
      if (ready != null) {
        spec.commandLine().getOut().println(ready);
        return 0;
      }
      process.errorReader().lines().forEach(spec.commandLine().getErr()::println);
      return process.waitFor();
    } catch (IOException e) {
      throw new OverlayException("the device can't be started: " + IoReason.of(e), e);
    }
  }

  private void run(PrintWriter out) throws InterruptedException {
    try (Device device = Device.open(DeviceSettings.bare(interfaceName));
        UapiSocket socket = UapiSocket.open(device, socketDirectory);
        SignalStop _ = SignalStop.arm(() -> stop(device, socket))) {
      out.println(
          "%s is ready: socket %s, pid %d"
              .formatted(interfaceName, socket.path(), ProcessHandle.current().pid()));
      out.flush();
      awaitEnd(device, socket.path());
    } catch (IOException e) {
      throw new OverlayException(e.getMessage(), e);
    }
  }

  private static void stop(Device device, UapiSocket socket) {
    socket.close();
    device.close();
  }

  /** Returns when the interface was deleted or the socket file was removed. */
  private static void awaitEnd(Device device, Path socket) throws InterruptedException {
    CompletableFuture<Void> ended = device.ended().toCompletableFuture();
    while (!ended.isDone() && Files.exists(socket)) {
      try {
        ended.get(SOCKET_CHECK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException e) {
        // The loop's condition tells which.
      }
    }
  }
}
