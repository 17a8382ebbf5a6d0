package dev.zlayer.overlay;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.overlay.api.RefusedTokenException;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.enrolment.PairKeys;
import dev.zlayer.overlay.ipam.HostRange;
import dev.zlayer.overlay.ipam.IpAllocator;
import dev.zlayer.overlay.map.Adoption;
import dev.zlayer.overlay.mesh.MeshCommand;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshState;
import dev.zlayer.overlay.node.Enroller;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.DataDirectoryLock;
import dev.zlayer.overlay.state.NodeConfig;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.PendingEnrolment;
import dev.zlayer.overlay.state.StateFile;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How a node comes to its data directory: as a leader, as a worker, by a token, or from the disk.
 */
final class NewNode {
  private static final SecureRandom RANDOM = new SecureRandom();

  private NewNode() {}

  /** What owns the directory from then on. */
  interface Owner {
    OverlayBootstrap of(DataDirectory directory, DataDirectoryLock lock, StateFile file);
  }

  private interface StateSource {
    StateFile open();
  }

  static NodeState leader(Cidr network, int port, BootstrapOptions options) {
    PrivateKey privateKey = PrivateKey.generate(RANDOM::nextBytes);
    MeshNode node =
        new MeshNode(
            network,
            HostRange.of(network).firstHost(),
            options.cidrV6(),
            Crypto.system().publicKey(privateKey),
            true,
            Optional.empty(),
            Optional.empty());
    return state(node, Optional.empty(), privateKey, port, options)
        .withPairKeys(PairKeys.generate(RANDOM::nextBytes));
  }

  static NodeState worker(
      Cidr network, PeerConfig leader, InetAddress address, int port, BootstrapOptions options) {
    PrivateKey privateKey = PrivateKey.generate(RANDOM::nextBytes);
    MeshNode node =
        new MeshNode(
            network,
            address,
            options.cidrV6(),
            Crypto.system().publicKey(privateKey),
            false,
            Optional.empty(),
            Optional.empty());
    PeerConfig known = options.leaderPresharedKey().map(leader::withPresharedKey).orElse(leader);
    return state(node, Optional.of(known), privateKey, port, options);
  }

  private static NodeState state(
      MeshNode node,
      Optional<PeerConfig> peer,
      PrivateKey privateKey,
      int port,
      BootstrapOptions options) {
    Instant now = Instant.now();
    MeshState mesh = MeshState.create(node, IpAllocator.DEFAULT_REST);
    peer.ifPresent(
        leader -> mesh.apply(new MeshCommand.AddPeer(UUID.randomUUID().toString(), now, leader)));
    return new NodeState(
        new NodeConfig(options.interfaceName(), port, privateKey, now),
        mesh.snapshot(),
        options.endpoint(),
        Map.of());
  }

  /** A node that is new there. */
  static OverlayBootstrap create(Path dataDirectory, Supplier<NodeState> source, Owner owner) {
    NodeState state = source.get();
    DataDirectory directory = new DataDirectory(dataDirectory);
    directory.create();
    return owning(directory, () -> StateFile.create(directory, state), owner);
  }

  static OverlayBootstrap load(Path dataDirectory, Owner owner) {
    DataDirectory directory = new DataDirectory(dataDirectory);
    StateFile.requireExists(directory);
    return owning(directory, () -> StateFile.load(directory), owner);
  }

  /**
   * A worker that becomes a member by a token. Its key is on the disk before the leader hears of
   * it, so that a second attempt asks for the same; one that comes after all is done finds it so.
   */
  static OverlayBootstrap enrol(
      InviteToken token,
      int port,
      Path dataDirectory,
      BootstrapOptions options,
      Consumer<String> progress,
      Owner owner) {
    DataDirectory directory = new DataDirectory(dataDirectory);
    directory.create();
    return owning(
        directory,
        () -> {
          if (!PendingEnrolment.isDone(directory, token)) {
            StateFile.requireAbsent(directory);
            StateFile.create(directory, enrolled(token, port, directory, options, progress));
          }
          PendingEnrolment.remove(directory);
          return StateFile.load(directory);
        },
        owner);
  }

  private static NodeState enrolled(
      InviteToken token,
      int port,
      DataDirectory directory,
      BootstrapOptions options,
      Consumer<String> progress) {
    if (!Instant.now().isBefore(token.expiresAt())) {
      throw new OverlayException(
          "this token expired at %s: ask for another".formatted(token.expiresAt()));
    }
    PendingEnrolment pending =
        PendingEnrolment.of(directory, token, () -> PrivateKey.generate(RANDOM::nextBytes));
    NodeConfig config =
        new NodeConfig(options.interfaceName(), port, pending.privateKey(), Instant.now());
    Adoption adopted;
    try {
      adopted = Enroller.enrol(token, config, options.endpoint(), progress);
    } catch (RefusedTokenException e) {
      PendingEnrolment.remove(directory);
      throw e;
    }
    return new NodeState(config, adopted.mesh(), options.endpoint(), Map.of())
        .withFollowed(adopted.map())
        .withEnrolledBy(pending.invite());
  }

  private static OverlayBootstrap owning(DataDirectory directory, StateSource source, Owner owner) {
    DataDirectoryLock lock = directory.lock();
    try {
      return owner.of(directory, lock, source.open());
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }
}
