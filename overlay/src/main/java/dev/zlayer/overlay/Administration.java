package dev.zlayer.overlay;

import dev.zlayer.overlay.control.RemoteNode;
import dev.zlayer.overlay.dns.DnsDescription;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.StateFile;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an operator can do with a node, whether it runs or not. Thread safe.
 *
 * <p>Every method throws {@link OverlayException} for what can't be done and {@link
 * IllegalArgumentException} for a value that breaks a rule; nothing has changed then.
 */
public interface Administration extends AutoCloseable {
  /**
   * The node of a data directory: the running one through its local socket, or else the one that
   * its state file describes, which is then this process's until {@link #close}.
   *
   * @throws OverlayException if no node was set up there, or its state can't be used
   */
  static Administration of(Path dataDirectory) {
    DataDirectory directory = new DataDirectory(dataDirectory);
    return RemoteNode.isRunning(directory)
        ? new RemoteNode(directory)
        : OverlayBootstrap.load(dataDirectory);
  }

  /**
   * The running node of a data directory.
   *
   * @throws OverlayException if none runs there, or none was even set up
   */
  static Administration ofRunning(Path dataDirectory) {
    DataDirectory directory = new DataDirectory(dataDirectory);
    if (RemoteNode.isRunning(directory)) {
      return new RemoteNode(directory);
    }
    StateFile.requireExists(directory);
    throw new OverlayException("no node runs on " + directory.path() + ": start it with up");
  }

  /** Whether a node runs on this data directory. */
  static boolean isRunning(Path dataDirectory) {
    return RemoteNode.isRunning(new DataDirectory(dataDirectory));
  }

  /** The node as it is set up. */
  NodeDescription node();

  /** The peers, in the order in which they came. */
  List<PeerConfig> peers();

  /**
   * Takes a peer in, at once where the node runs. A leader leases an address for a peer that comes
   * without one; an address that is given is honoured or refused.
   *
   * @return the peer with its address
   */
  PeerConfig addPeer(PeerConfig peer);

  /**
   * Takes a peer out: where the node runs, its traffic stops at once.
   *
   * @param keyOrIdOrName its public key, node id or host name
   * @return the peer that it was
   */
  PeerConfig removePeer(String keyOrIdOrName);

  /**
   * Invites one joiner. The token is a secret: for the joiner's eyes only, and kept nowhere here.
   *
   * @throws OverlayException on a worker, on a leader without an endpoint, and if a name or an
   *     address is taken
   */
  InviteToken invite(InviteOptions invite);

  /** The invites that aren't forgotten yet, in the order in which they were issued. */
  List<InviteDescription> invites();

  /**
   * Takes back an invite that nobody has redeemed.
   *
   * @param keyOrName the public key of the invite, or the name that it promises
   */
  InviteDescription revokeInvite(String keyOrName);

  /**
   * Has this worker leave the mesh for good: the leader removes it, and its state is deleted. It
   * runs on, cut off, until it is stopped.
   *
   * @param force leave without the leader's knowledge, for which the node remains a member
   * @throws OverlayException on a leader, and if the leader doesn't answer; nothing has changed
   *     then
   */
  void leave(boolean force);

  /**
   * The addresses of the network, leased and free.
   *
   * @throws OverlayException on a worker, which leases none
   */
  Allocations allocations();

  /** The names of the overlay, as this node serves them. */
  DnsDescription dns();

  /**
   * Adds an address under a name, at once where the node runs and for later starts too.
   *
   * @param name with or without the zone
   * @return whether it wasn't there yet
   */
  boolean addDnsRecord(String name, InetAddress address);

  /**
   * Removes what was added under a name.
   *
   * @param address the one to remove; empty for all
   * @return whether there was anything
   */
  boolean removeDnsRecord(String name, Optional<InetAddress> address);

  /**
   * The levels of the program that runs the node.
   *
   * @throws OverlayException on use, if the program offers none
   */
  LogLevels logLevels();

  /** The running node as it is now. */
  NodeStatus status();

  /** Ends the running node; what it has on disk stays. */
  void stop();

  @Override
  void close();
}
