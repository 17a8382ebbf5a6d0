package dev.zlayer.cli;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.control.NodeJson;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "peer",
    description = "Tell this node of other nodes.",
    subcommands = {PeerCommand.Add.class, PeerCommand.Remove.class, PeerCommand.ListPeers.class})
final class PeerCommand extends CommandGroup {
  @Command(
      name = "add",
      description = "Take a peer in, at once where the node runs. A leader leases its address.")
  static final class Add extends NodeCommand {
    @Option(names = "--node-id", paramLabel = "ID", required = true, description = "Who it is.")
    String nodeId;

    @Option(
        names = "--public-key",
        paramLabel = "KEY",
        required = true,
        description = "Its public key, base64.")
    String publicKey;

    @Option(
        names = "--endpoint",
        paramLabel = "HOST:PORT",
        description = "Where it is reached; without, it has to be the one that begins.")
    Optional<HostPort> endpoint;

    @Option(names = "--hostname", paramLabel = "NAME", description = "A further name for it.")
    Optional<String> hostname;

    @Option(
        names = "--ip",
        paramLabel = "IP",
        description = "Its address; a leader leases one where none is given.")
    Optional<InetAddress> ip;

    @Option(
        names = "--keepalive",
        paramLabel = "SECONDS",
        description = "Interval of keepalives, 0 for none (default: 25).")
    Optional<Integer> keepalive;

    @Option(
        names = "--preshared-key-file",
        paramLabel = "FILE",
        description = "A file with the preshared key for it, base64.")
    Optional<Path> presharedKeyFile;

    @Override
    void ask(Administration node, PrintWriter out) {
      PeerConfig added = node.addPeer(peer());
      if (json.isSet) {
        out.println(NodeJson.text(NodeJson.of(added)));
      } else {
        print(added, node.node(), out);
      }
    }

    private PeerConfig peer() {
      PeerConfig peer = PeerConfig.of(nodeId, publicKey);
      peer = endpoint.map(peer::withEndpoint).orElse(peer);
      peer = hostname.map(peer::withHostname).orElse(peer);
      peer = ip.map(peer::withOverlayIp).orElse(peer);
      peer = keepalive.map(Duration::ofSeconds).map(peer::withKeepalive).orElse(peer);
      return presharedKeyFile.map(KeyFile::presharedKey).map(peer::withPresharedKey).orElse(peer);
    }

    private void print(PeerConfig peer, NodeDescription node, PrintWriter out) {
      String address = peer.overlayIp().map(IpText::format).orElse("-");
      out.println("Peer " + peer.nodeId() + " has the address " + address + ".");
      if (ip.isEmpty()) {
        out.println("It was leased now: that machine has to join with --allocated-ip " + address);
      }
      if (node.isLeader()) {
        out.println();
        out.println("Start it on its machine, if it isn't running:");
        out.println(NextStep.upThere());
      }
    }
  }

  @Command(
      name = "remove",
      description = "Take a peer out; where the node runs, its traffic stops at once.")
  static final class Remove extends NodeCommand {
    @Parameters(paramLabel = "ID|KEY|NAME", description = "Node id, public key or host name.")
    String peer;

    @Override
    void ask(Administration node, PrintWriter out) {
      PeerConfig removed = node.removePeer(peer);
      out.println(
          json.isSet
              ? NodeJson.text(NodeJson.of(removed))
              : "Peer " + removed.nodeId() + " is removed.");
    }
  }

  @Command(name = "list", description = "Show the peers that this node knows.")
  static final class ListPeers extends NodeCommand {
    @Override
    void ask(Administration node, PrintWriter out) {
      List<PeerConfig> peers = node.peers();
      if (json.isSet) {
        out.println(NodeJson.text(NodeJson.of(peers)));
        return;
      }
      Table table = new Table("PEER", "ADDRESS", "HOSTNAME", "ENDPOINT", "PUBLIC KEY");
      for (PeerConfig peer : peers) {
        table.row(
            peer.nodeId(),
            peer.overlayIp().map(IpText::format).orElse("-"),
            peer.hostname().orElse("-"),
            peer.endpoint().map(HostPort::toString).orElse("-"),
            peer.publicKey());
      }
      table.print(out);
    }
  }
}
