package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Iperf3;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WgKeys;
import dev.zlayer.testkit.WgShow;
import dev.zlayer.testkit.WireGuardGo;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.DropReason;
import dev.zlayer.wireguard.PeerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An {@code iperf3} goes on while either end moves to another address and port, or the preshared
 * key changes.
 *
 * <pre>
 *   alice 192.0.2.1, 2001:db8::1 ---- 192.0.2.2, 2001:db8::2 bob   underlay
 *   ours 10.9.0.1 ==================== 10.9.0.2 wireguard-go       tunnel
 * </pre>
 */
@Tag("root")
class MidTransferTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration TRANSFER = Duration.ofSeconds(5);
  private static final long MUCH_BYTES = 1_000_000;

  private final Topology network = new Topology();
  private Netns alice;
  private Netns bob;
  private TunnelEnd ours;
  private WireGuardGo theirs;

  @BeforeEach
  void start() throws Exception {
    alice = network.namespace();
    bob = network.namespace();
    network.connect(
        alice.nic("192.0.2.1/24", "2001:db8::1/64"), bob.nic("192.0.2.2/24", "2001:db8::2/64"));
    ours = TunnelEnd.open(alice, 51820, "10.9.0.1/24");
    theirs = WireGuardGo.start(bob, 51821);
    theirs.set("peer", ours.publicKey(), "allowed-ips", "10.9.0.1/32");
    theirs.up("10.9.0.2/24");
  }

  @AfterEach
  void stop() {
    try (network) {
      ours.close();
    }
  }

  private void meet(String theirPlace) {
    ours.peer(
        PeerSettings.of(PublicKey.parse(theirs.publicKey()), Cidr.parse("10.9.0.2/32"))
            .withEndpoint(Endpoint.parse(theirPlace)));
  }

  private WgShow.Peer seenByUs() {
    return ours.show().peer(theirs.publicKey());
  }

  private WgShow.Peer seenByThem() {
    return theirs.show().peer(ours.publicKey());
  }

  private long carriedBytes() {
    WgShow.Peer peer = seenByUs();
    return peer.receivedBytes() + peer.sentBytes();
  }

  private void awaitMuchMore() {
    long before = carriedBytes();
    Eventually.within(PATIENCE, "traffic", () -> carriedBytes() > before + MUCH_BYTES);
  }

  private static void move(
      Netns host, String interfaceName, String address, String newAddress, int newPort) {
    host.ip("address", "delete", address, "dev", "eth0");
    host.addAddress("eth0", newAddress);
    host.exec("wg", "set", interfaceName, "listen-port", Integer.toString(newPort));
  }

  @ParameterizedTest(name = "over {0}")
  @CsvSource({
    "192.0.2.2, 192.0.2.1/24, 192.0.2.31/24, 192.0.2.31",
    "[2001:db8::2], 2001:db8::1/64, 2001:db8::31/64, [2001:db8::31]",
  })
  void goesOnWhenOursMoves(String far, String address, String newAddress, String newPlace) {
    meet(far + ":51821");
    Iperf3 transfer = Iperf3.start(alice, bob, "10.9.0.2", TRANSFER);
    awaitMuchMore();
    move(alice, ours.device().interfaceName(), address, newAddress, 52000);
    Eventually.within(
        PATIENCE,
        "roaming",
        () -> seenByThem().endpoint().equals(Optional.of(newPlace + ":52000")));
    awaitMuchMore();
    assertTrue(transfer.result().bitsPerSecond() > 10e6);
  }

  @ParameterizedTest(name = "over {0}")
  @CsvSource({
    "192.0.2.2, 192.0.2.2/24, 192.0.2.32/24, 192.0.2.32",
    "[2001:db8::2], 2001:db8::2/64, 2001:db8::32/64, [2001:db8::32]",
  })
  void goesOnWhenTheirsMoves(String far, String address, String newAddress, String newPlace) {
    meet(far + ":51821");
    Iperf3 opener = Iperf3.start(alice, bob, "10.9.0.2", Duration.ofSeconds(1));
    assertTrue(opener.result().bitsPerSecond() > 10e6);
    Iperf3 transfer = Iperf3.start(bob, alice, "10.9.0.1", TRANSFER);
    awaitMuchMore();
    move(bob, theirs.interfaceName(), address, newAddress, 52001);
    Eventually.within(
        PATIENCE, "roaming", () -> seenByUs().endpoint().equals(Optional.of(newPlace + ":52001")));
    awaitMuchMore();
    assertTrue(transfer.result().bitsPerSecond() > 10e6);
  }

  @Test
  void goesOnWithAnotherPresharedKey() {
    meet("192.0.2.2:51821");
    Iperf3 transfer = Iperf3.start(alice, bob, "10.9.0.2", Duration.ofSeconds(10));
    awaitMuchMore();
    Path key = WgKeys.file(WgKeys.presharedKey());
    String name = ours.device().interfaceName();
    alice.exec("wg", "set", name, "peer", theirs.publicKey(), "preshared-key", key.toString());
    awaitMuchMore();

    // Sessions end with the link, so that the next handshake needn't be waited for.
    alice.ip("link", "set", name, "down");
    alice.ip("link", "set", name, "up");
    Eventually.within(
        PATIENCE,
        "a handshake that fails",
        () -> ours.device().status().drops().containsKey(DropReason.HANDSHAKE_FAILED));
    theirs.set("peer", ours.publicKey(), "preshared-key", key.toString());
    awaitMuchMore();
    assertTrue(seenByUs().hasPresharedKey());
    assertTrue(transfer.result().bitsPerSecond() > 1e6);
  }
}
