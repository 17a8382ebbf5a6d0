package dev.zlayer.cli;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.enrolment.InviteToken;
import java.io.PrintWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/**
 * The commands that are to be typed next, complete and ready to be pasted. Those for another
 * machine leave data directory, interface and port to that machine.
 */
final class NextStep {
  private static final String INDENT = "  zlayer-overlay ";

  /** Where the package has the command. */
  private static final String INSTALLED = "/usr/lib/zlayer-overlay/zlayer-overlay";

  /** There while systemd runs: sd_booted(3). */
  private static final Path SYSTEMD = Path.of("/run/systemd/system");

  private NextStep() {}

  /** What the set-up of a node ends with, before the next steps. */
  static void describe(NodeDescription node, PrintWriter out) {
    out.println(
        "This node is "
            + (node.isLeader() ? "the leader of " : "a worker of ")
            + node.cidr()
            + node.cidrV6().map(ipv6 -> " and " + ipv6).orElse("")
            + ".");
    out.println(
        "  overlay address  "
            + IpText.format(node.nodeIp())
            + node.nodeIpV6().map(IpText::format).map(", "::concat).orElse(""));
    out.println("  public key       " + node.publicKey());
    out.println("  state            " + node.dataDirectory());
    out.println();
  }

  /** Starts this node, as a service where it is one. */
  static String up(DataDirectoryOption dataDirectory) {
    if (dataDirectory.isDefault()
        && INSTALLED.equals(System.getProperty("zlayer.launcher"))
        && Files.isDirectory(SYSTEMD)) {
      return "  systemctl start zlayer-overlay";
    }
    return INDENT + "up" + dataDirectory.repeated();
  }

  /** Starts the node of another machine. */
  static String upThere() {
    return INDENT + "up";
  }

  /** Joins another machine to this leader, under the address that it would lease next. */
  static String join(NodeDescription leader, InetAddress allocatedIp) {
    return INDENT
        + "join"
        + leader.cidrV6().map(ipv6 -> " --leader-cidr-v6 " + ipv6).orElse("")
        + " --leader-cidr %s --leader-endpoint %s --leader-public-key %s"
            .formatted(leader.cidr(), ShellWord.of(endpoint(leader)), leader.publicKey())
        + " --leader-overlay-ip %s --allocated-ip %s"
            .formatted(IpText.format(leader.nodeIp()), IpText.format(allocatedIp));
  }

  /** Invites another machine, on this leader. */
  static String invite(DataDirectoryOption dataDirectory) {
    return INDENT + "invite" + dataDirectory.repeated();
  }

  /** Joins another machine by a token, which this shows, and starts it. */
  static String join(InviteToken token) {
    return INDENT + "join " + token.encode() + " --up --detach";
  }

  /** Tells the leader, on its machine, of this worker. */
  static String peerAdd(NodeDescription worker, Optional<Path> presharedKeyFile) {
    String ip = IpText.format(worker.nodeIp());
    return INDENT
        + "peer add --node-id node-%s --public-key %s --endpoint %s --ip %s"
            .formatted(
                ip.replaceAll("[.:]", "-"), worker.publicKey(), ShellWord.of(endpoint(worker)), ip)
        + presharedKeyFile.map(file -> " --preshared-key-file " + ShellWord.of(file)).orElse("");
  }

  /** What has to be said of the endpoint in such a command, if anything. */
  static String caveat(NodeDescription node) {
    return node.endpoint().isPresent()
        ? ""
        : " (check the endpoint, which is a guess: --endpoint HOST:PORT sets it)";
  }

  /** Where others reach the node: as it was said, or else at an address of the host. */
  private static HostPort endpoint(NodeDescription node) {
    return node.endpoint().orElseGet(() -> HostPort.of(anyAddress(node), node.port()));
  }

  private static InetAddress anyAddress(NodeDescription node) {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address ->
              !address.isLoopbackAddress()
                  && !address.isLinkLocalAddress()
                  && !node.cidr().contains(address)
                  && node.cidrV6().filter(ipv6 -> ipv6.contains(address)).isEmpty())
          .min(Comparator.comparing(address -> address instanceof Inet6Address))
          .orElse(InetAddress.getLoopbackAddress());
    } catch (SocketException e) {
      return InetAddress.getLoopbackAddress();
    }
  }
}
