package dev.zlayer.overlay.node;

import static dev.zlayer.overlay.SampleKeys.key;
import static dev.zlayer.overlay.SampleKeys.publicKey;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.device.Device;
import dev.zlayer.device.LinkState;
import dev.zlayer.device.Tun;
import dev.zlayer.device.UdpPort;
import dev.zlayer.linux.Doorbell;
import dev.zlayer.linux.Pollable;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.Registry;
import dev.zlayer.overlay.state.StateFile;
import dev.zlayer.wireguard.PeerStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real device whose ports nothing ever comes through. */
class InterfacePeersTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final Endpoint ELSEWHERE = Endpoint.parse("198.51.100.1:9");

  @TempDir Path temp;
  private Registry registry;
  private Device device;
  private InterfacePeers peers;

  @BeforeEach
  void start() throws IOException {
    OverlayBootstrap.initLeader("10.200.0.0/24", 51820, temp).close();
    registry = new Registry(StateFile.load(new DataDirectory(temp)));
    PrivateKey privateKey = PrivateKey.generate(new SecureRandom()::nextBytes);
    SilentPorts ports = new SilentPorts();
    device = Device.start(ports, ports, Crypto.system(), Optional.of(privateKey), 1420);
    peers = new InterfacePeers(device, registry, () -> true);
  }

  @AfterEach
  void stop() {
    device.close();
  }

  private void add(int number, String endpoint) {
    registry.add(PeerConfig.of("peer-" + number, key(number), endpoint), "test", NOON);
    peers.reconcile();
  }

  @Test
  void peersAreThoseOfTheRegistry() {
    add(1, "192.0.2.1:1");
    add(2, "vpn.example.org:1");
    registry.remove("peer-1", "test", NOON);
    add(3, "192.0.2.3:1");
    assertEquals(
        List.of(publicKey(2), publicKey(3)),
        device.peers().stream().map(peer -> peer.settings().publicKey()).toList());
    assertEquals(Optional.empty(), endpoint(2));
    assertEquals(Optional.of(Endpoint.parse("192.0.2.3:1")), endpoint(3));
  }

  @Test
  void placeWhereAPeerWasHeardCountsMoreThanItsWord() {
    registry.learn(Map.of(publicKey(1), HostPort.parse("198.51.100.1:9")));
    add(1, "192.0.2.1:1");
    assertEquals(Optional.of(ELSEWHERE), endpoint(1));
  }

  @Test
  void silentPeerIsLookedForElsewhere() {
    add(1, "192.0.2.1:1");
    peers.lookAt(ELSEWHERE, device.peer(publicKey(1)).orElseThrow());
    assertEquals(Optional.of(ELSEWHERE), endpoint(1));
  }

  @Test
  void peerThatWasRemovedMeanwhileIsNotBroughtBack() {
    add(1, "192.0.2.1:1");
    PeerStatus seen = device.peer(publicKey(1)).orElseThrow();
    registry.remove("peer-1", "test", NOON);
    peers.reconcile();
    peers.lookAt(ELSEWHERE, seen);
    assertEquals(List.of(), device.peers());
  }

  @Test
  void peerThatWasHeardFromMeanwhileKeepsItsEndpoint() {
    add(1, "192.0.2.1:1");
    PeerStatus now = device.peer(publicKey(1)).orElseThrow();
    PeerStatus seen = new PeerStatus(now.settings(), Optional.of(NOON), 1, 0, 0, 0, 0, Map.of());
    peers.lookAt(ELSEWHERE, seen);
    assertEquals(Optional.of(Endpoint.parse("192.0.2.1:1")), endpoint(1));
  }

  private Optional<Endpoint> endpoint(int number) {
    return device.peer(publicKey(number)).orElseThrow().settings().endpoint();
  }

  /** Both ports of a device; nothing comes until the end. */
  private static final class SilentPorts implements Tun, UdpPort {
    private final Doorbell nobody;

    SilentPorts() throws IOException {
      nobody = Doorbell.open();
    }

    @Override
    public Pollable arrivals() {
      return nobody;
    }

    @Override
    public Optional<LinkState> nextLink() {
      return Optional.empty();
    }

    @Override
    public String name() {
      return "silent";
    }

    @Override
    public int port() {
      return 51820;
    }

    @Override
    public int interfaceIndex(String name) {
      return 0;
    }

    @Override
    public UdpPort sibling(int port) {
      throw new UnsupportedOperationException("this port never moves");
    }

    @Override
    public void fwMark(int mark) {}

    @Override
    public int read(PacketBatch packets, long nowNanos) {
      return 0;
    }

    @Override
    public long congestionDrops() {
      return 0;
    }

    @Override
    public int receive(PacketBatch datagrams) {
      return 0;
    }

    @Override
    public void write(PacketBatch packets) {}

    @Override
    public void send(PacketBatch datagrams) {}

    @Override
    public void stop() {}

    @Override
    public void close() {}
  }
}
