package dev.zlayer.cli.doctor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether the UDP port is free, or the node's. */
final class PortCheck {
  private static final String NAME = "port";

  private PortCheck() {}

  static List<Finding> findings(Patient patient) {
    if (patient.state().isEmpty()) {
      return List.of(Finding.skipped(NAME, "it isn't known without the state"));
    }
    int port = patient.state().get().config().port();
    Optional<String> inode =
        UdpSockets.onPort(KernelFile.lines("/proc/net/udp6"), port)
            .or(() -> UdpSockets.onPort(KernelFile.lines("/proc/net/udp"), port));
    if (patient.runs()) {
      return List.of(
          inode.isPresent()
              ? Finding.ok(NAME, "UDP port " + port + " is the node's")
              : Finding.skipped(NAME, "the node's UDP port is in another network namespace"));
    }
    return List.of(
        inode
            .map(socket ->
                Finding.problem(
                    NAME,
                    "UDP port %d is taken by %s".formatted(port, owner(socket)),
                    "end that one, or choose another port: up --port PORT"))
            .orElseGet(() -> Finding.ok(NAME, "UDP port " + port + " is free")));
  }

  /** {@code process 812 (dnsmasq)}, as far as we may know. */
  private static String owner(String inode) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (hasOpen(process, "socket:[" + inode + "]")) {
          return "process %s (%s)"
              .formatted(
                  process.getFileName(), KernelFile.line(process.resolve("comm").toString()));
        }
      }
    } catch (IOException e) {
      return "another socket";
    }
    return "another socket";
  }

  private static boolean hasOpen(Path process, String file) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : open) {
        if (Files.isSymbolicLink(descriptor)
            && Files.readSymbolicLink(descriptor).toString().equals(file)) {
          return true;
        }
      }
    } catch (IOException e) {
      // It isn't ours to look into, or has ended.
      return false;
    }
    return false;
  }
}
