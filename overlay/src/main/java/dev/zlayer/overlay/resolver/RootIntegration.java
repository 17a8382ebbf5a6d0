package dev.zlayer.overlay.resolver;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NameResolution;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.ResolverMode;
import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.dns.DnsDescription;
import dev.zlayer.overlay.dns.DnsServer;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.DataDirectoryLock;
import dev.zlayer.wireguard.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What root does for a running node that may not lead the machine's programs to its names itself,
 * and undoes. The node is another user's: nothing that it says is believed further than that names
 * are served at an address.
 */
public final class RootIntegration {
  private RootIntegration() {}

  /**
   * Does what {@code node} was asked for and couldn't do; undoes first what was done for one
   * before.
   *
   * @param traces where root notes what is to be undone; nobody else may write there
   * @return how programs are led to the names now
   * @throws OverlayException if the node doesn't answer, or nothing can be noted
   */
  public static NameResolution apply(Administration node, DataDirectory traces) {
    undo(traces);
    NodeStatus status = node.status();
    NameResolution names = status.names();
    DnsDescription dns = node.dns();
    if (names.mode() == ResolverMode.NONE || names.through().isPresent() || !dns.enabled()) {
      return names;
    }
    if (names.mode() == ResolverMode.HOSTS) {
      return new NameResolution(
          names.mode(),
          Optional.empty(),
          "not resolved by this machine's programs: /etc/hosts follows the names, which takes a"
              + " node that is root's");
    }
    traces.create();
    try (DataDirectoryLock _ = traces.lock()) {
      NameIntegration integration =
          new NameIntegration(names.mode(), status.node().interfaceName(), traces);
      integration.follow(names(status.node(), dns));
      return integration.status();
    }
  }

  /**
   * Undoes it, whether the node runs or not.
   *
   * @return what it was, for people; empty if there was nothing
   * @throws OverlayException if it can't be undone; it can be tried again then
   */
  public static Optional<String> undo(DataDirectory traces) {
    if (!NameIntegration.hasLeft(traces)) {
      return Optional.empty();
    }
    try (DataDirectoryLock _ = traces.lock()) {
      return NameIntegration.cleanUp(traces);
    }
  }

  private static Names names(NodeDescription node, DnsDescription dns) {
    List<Cidr> networks = Stream.concat(Stream.of(node.cidr()), node.cidrV6().stream()).toList();
    // One that doesn't listen knows what the node's knows.
    DnsServer twin =
        DnsServer.of(
            DnsConfig.of(dns.zone())
                .withListenAddresses(dns.addresses())
                .withPort(dns.port())
                .withNetworks(networks));
    return new Names(Names.served(twin, node.interfaceName()), dns::records, _ -> {});
  }
}
