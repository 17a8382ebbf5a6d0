package dev.zlayer.cli.doctor;

import java.util.List;
import java.util.Optional;

/** The UDP sockets of this network namespace, as {@code /proc/net/udp} has them. */
final class UdpSockets {
  private static final int LOCAL_ADDRESS = 1;
  private static final int INODE = 9;

  private UdpSockets() {}

  /**
   * The inode of a socket that keeps others from binding a port on all addresses.
   *
   * @param table the lines of {@code /proc/net/udp} or {@code udp6}
   */
  static Optional<String> onPort(List<String> table, int port) {
    String suffix = ":%04X".formatted(port);
    return table.stream()
        .map(line -> line.strip().split("\\s+", -1))
        .filter(fields -> fields.length > INODE && fields[LOCAL_ADDRESS].endsWith(suffix))
        .map(fields -> fields[INODE])
        .findFirst();
  }
}
