package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.memory.LocalAddress;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.lang.foreign.Arena;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** B has several addresses, and A talks to one of them. */
class PathTest {
  private static final LocalAddress ADDRESSED = new LocalAddress(0, 0xffff_0a00_0001L, 4);

  private final VirtualNetwork network = new VirtualNetwork(37, Crypto.system());
  private final Node a = network.node("192.0.2.1:51820");
  private final Node b = network.node("192.0.2.2:51820");
  private final PacketBatch packets = PacketBatch.allocate(Arena.ofAuto(), 4, 2048, 64);
  private final PacketBatch datagrams = PacketBatch.allocate(Arena.ofAuto(), 4, 2048, 64);

  @BeforeEach
  void introduce() {
    a.configure(PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    b.configure(settings());
    network.cut = datagram -> true;
  }

  private PeerSettings settings() {
    return PeerSettings.of(a.publicKey(), Cidr.parse("10.0.0.1/32")).withEndpoint(a.endpoint);
  }

  /** B receives what A sent last. */
  private void deliver() {
    datagrams.clear();
    packets.clear();
    PacketBuffer datagram = datagrams.add();
    datagram.copyFrom(network.sent.getLast().bytes());
    datagram.endpoint(a.endpoint);
    datagram.localAddress(ADDRESSED);
    b.engine.open(datagrams, packets, network.now());
    datagrams.clear();
    packets.clear();
  }

  /** Where the next message leaves from that B has to send. */
  private LocalAddress drained() {
    b.engine.drain(datagrams, network.now());
    return datagrams.get(0).localAddress();
  }

  private LocalAddress sealed() {
    datagrams.clear();
    packets.clear();
    packets.add().copyFrom(packet("10.0.0.2", "10.0.0.1", "pong"));
    b.engine.seal(packets, datagrams, network.now());
    return datagrams.get(0).localAddress();
  }

  /** A and B have a session afterwards, and B knows that A has it too. */
  private void exchange() {
    a.send(packet("10.0.0.1", "10.0.0.2", "ping"));
    deliver();
    assertEquals(ADDRESSED, drained());
    a.receive(new VirtualNetwork.Datagram(b.endpoint, a.endpoint, datagrams.get(0).toByteArray()));
    deliver();
  }

  @Test
  void answersFromTheAddressThatWasAddressed() {
    exchange();
    assertEquals(ADDRESSED, sealed());
  }

  @Test
  void letsTheRoutesChooseAgainForAPeerThatIsGivenAnEndpoint() {
    exchange();
    b.engine.configure(settings(), network.now());
    assertEquals(LocalAddress.ANY, sealed());
  }

  @Test
  void letsTheRoutesChooseAgainWhenThePeerDoesNotAnswer() {
    exchange();
    sealed();
    network.advance(Duration.ofSeconds(16));
    assertEquals(LocalAddress.ANY, sealed());
  }
}
