package dev.zlayer.cli;

import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.NodeDescription;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** The commands that are to be typed next, complete and ready to be pasted. */
final class NextStep {
  private NextStep() {}

  /** Where others reach the node: as it was said, or else at the host's first address. */
  static HostPort endpoint(NodeDescription node) {
    return node.endpoint().orElseGet(() -> HostPort.of(firstAddress(), node.port()));
  }

  private static InetAddress firstAddress() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(card -> !card.getName().startsWith("zl-"))
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address ->
              !address.isLoopbackAddress()
                  && !address.isLinkLocalAddress()
                  && !address.isAnyLocalAddress())
          .findFirst()
          .orElse(InetAddress.getLoopbackAddress());
    } catch (SocketException e) {
      return InetAddress.getLoopbackAddress();
    }
  }
}
