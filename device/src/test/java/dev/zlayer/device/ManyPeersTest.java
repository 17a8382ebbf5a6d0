package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.linux.NetworkNamespace;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Topology;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One device on a TUN device of the kernel, and a hundred peers whose hosts are in memory. */
@Tag("root")
class ManyPeersTest {
  private static final int PEERS = 100;

  @Test
  void reachesEachOfAHundredPeers() throws Exception {
    List<Device> peers = new ArrayList<>();
    try (Topology network = new Topology()) {
      Netns alice = network.namespace();
      Netns bob = network.namespace();
      network.connect(alice.nic("192.0.2.1/24"), bob.nic("192.0.2.2/24"));
      try (TunnelEnd ours = TunnelEnd.open(alice, 51820, "10.9.0.1/24")) {
        for (int i = 0; i < PEERS; i++) {
          peers.add(peer(bob, address(i), ours));
        }
        List<String> silent =
            IntStream.range(0, PEERS)
                .mapToObj(ManyPeersTest::address)
                .filter(
                    address -> Ping.run(alice, address, 3, Duration.ofMillis(10)).received() == 0)
                .toList();
        assertEquals(List.of(), silent);
        assertEquals(PEERS, ours.show().peers().size());
      } finally {
        peers.forEach(Device::close);
      }
    }
  }

  private static String address(int number) {
    return "10.9.0." + (number + 2);
  }

  /** A peer that answers pings, and its place in our device. */
  private static Device peer(Netns host, String address, TunnelEnd ours) throws Exception {
    MemoryTun tun = new MemoryTun("zltest-" + address);
    tun.answer(ManyPeersTest::echoReply);
    PrivateKey key = PrivateKey.generate(new SecureRandom()::nextBytes);
    UdpPort port =
        NetworkNamespace.call(Path.of("/run/netns", host.name()), () -> LinuxUdpPort.open(0));
    Device device = Device.start(tun, port, Crypto.system(), Optional.of(key), 1420);
    PublicKey publicKey = device.publicKey().orElseThrow();
    ours.peer(
        PeerSettings.of(publicKey, Cidr.parse(address + "/32"))
            .withEndpoint(Endpoint.parse("192.0.2.2:" + device.listenPort())));
    device.configure(
        PeerSettings.of(ours.device().publicKey().orElseThrow(), Cidr.parse("10.9.0.1/32")));
    return device;
  }

  /** The answer to an echo request: source and target change places, which no checksum minds. */
  private static byte[] echoReply(byte[] request) {
    ByteBuffer packet = ByteBuffer.wrap(request);
    int source = packet.getInt(12);
    packet.putInt(12, packet.getInt(16)).putInt(16, source);
    int sum = (packet.getShort(22) & 0xffff) + 0x0800;
    packet.put(20, (byte) 0).putShort(22, (short) ((sum & 0xffff) + (sum >>> 16)));
    return packet.array();
  }
}
