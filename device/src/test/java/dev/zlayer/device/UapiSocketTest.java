package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.Confinement;
import dev.zlayer.wireguard.PeerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client of the socket sees, with a device that began without a key, in memory. */
@Timeout(30)
class UapiSocketTest {
  private static final String DONE = "errno=0\n\n";
  private static final String ZERO = "0".repeat(64);

  @TempDir Path directory;

  private final MemoryNetwork network = new MemoryNetwork();
  private final MemoryTun host = new MemoryTun("zltest-u");
  private final MemoryNetwork.Port port = network.open("192.0.2.1:51820");
  private final PrivateKey privateKey = newKey();
  private final PublicKey peer = publicKey(newKey());
  private final PublicKey other = publicKey(newKey());
  private final Device device = MemoryDevice.start(host, port, Optional.empty());
  private UapiSocket socket;

  @BeforeEach
  void open() throws IOException {
    socket = UapiSocket.open(device, directory);
  }

  @AfterEach
  void close() {
    socket.close();
    device.close();
  }

  private static PrivateKey newKey() {
    return PrivateKey.generate(new SecureRandom()::nextBytes);
  }

  private static PublicKey publicKey(PrivateKey key) {
    return Crypto.system().publicKey(key);
  }

  /** Sends everything, then reads to the end. */
  private String ask(String requests) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket.path()))) {
      channel.write(ByteBuffer.wrap(requests.getBytes(StandardCharsets.US_ASCII)));
      channel.shutdownOutput();
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private String set(String... lines) throws IOException {
    return ask("set=1\n" + String.join("\n", lines) + "\n\n");
  }

  private PeerSettings settings(PublicKey key) {
    return device.peer(key).orElseThrow().settings();
  }

  private List<String> allowedIps(PublicKey key) {
    return settings(key).allowedIps().stream().map(Cidr::toString).toList();
  }

  @Test
  void onlyItsUserMayOpenItAndItLeavesNothingBehind() throws Exception {
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.path())));
    socket.close();
    assertFalse(Files.exists(socket.path()));
  }

  @Test
  void takesOverADeadSocketAndRefusesALiveOne() throws Exception {
    assertThrows(SocketInUseException.class, () -> UapiSocket.open(device, directory));
    socket.close();
    Files.createFile(socket.path());
    socket = UapiSocket.open(device, directory);
    assertEquals("listen_port=51820\n" + DONE, ask("get=1\n\n"));
  }

  @Test
  void keepsAPeersConfinement() throws Exception {
    Confinement confinement = new Confinement(InetAddress.ofLiteral("10.0.0.1"), 443);
    device.configure(PeerSettings.of(peer).withConfinement(confinement));
    set("public_key=" + peer.toHex(), "allowed_ip=10.0.0.2/32");
    assertEquals(List.of("10.0.0.2/32"), allowedIps(peer));
    assertEquals(Optional.of(confinement), settings(peer).confinement());
  }

  @Test
  void answersWithEverythingThatWasSet() throws Exception {
    assertEquals(
        DONE,
        set(
            "private_key=" + privateKey.toHex(),
            "listen_port=1111",
            "fwmark=4294967295",
            "public_key=" + peer.toHex(),
            "preshared_key=" + privateKey.toHex(),
            "endpoint=[2001:db8::2]:51820",
            "persistent_keepalive_interval=25",
            "allowed_ip=10.0.0.2/32",
            "allowed_ip=fd00::/64"));
    String expected =
        String.join(
            "\n",
            "private_key=" + privateKey.toHex(),
            "listen_port=1111",
            "fwmark=4294967295",
            "public_key=" + peer.toHex(),
            "preshared_key=" + privateKey.toHex(),
            "protocol_version=1",
            "endpoint=[2001:db8::2]:51820",
            "last_handshake_time_sec=0",
            "last_handshake_time_nsec=0",
            "tx_bytes=\\d+",
            "rx_bytes=0",
            "persistent_keepalive_interval=25",
            "allowed_ip=10.0.0.2/32",
            "allowed_ip=fd00::/64",
            "errno=0\n\n");
    String report = ask("get=1\n\n");
    assertTrue(report.matches(expected.replace("[", "\\[")), report);
  }

  @Test
  void answersSeveralRequestsOfOneConnection() throws Exception {
    assertEquals(
        DONE + "listen_port=51820\nfwmark=7\n" + DONE + "errno=-22\n\nerrno=-71\n\n" + DONE,
        ask("set=1\nfwmark=7\n\nget=1\n\nset=1\nfwmark=x\n\nrubbish\n\nset=1\n\n"));
  }

  @Test
  void makesNoneOfTheChangesOfAMalformedRequest() throws Exception {
    assertEquals("errno=-22\n\n", set("fwmark=7", "public_key=" + peer.toHex(), "remove=no"));
    assertEquals(0, device.status().fwMark());
    assertEquals("", ask("set=1\nfwmark=7\n"));
    assertEquals(0, device.status().fwMark());
  }

  @Test
  void endsTheConnectionBehindALineBeyondItsBound() throws Exception {
    assertEquals("errno=-90\n\n", ask("set=1\n" + "x".repeat(300) + "\n\nget=1\n\n"));
  }

  @Test
  void saysThatAPortIsTakenAndKeepsTheFormerOne() throws Exception {
    network.open("192.0.2.1:1111");
    assertEquals("errno=-98\n\n", set("listen_port=1111"));
    assertEquals(51820, device.listenPort());
  }

  @Test
  void takesItsKeyAway() throws Exception {
    set("private_key=" + privateKey.toHex());
    assertEquals(Optional.of(publicKey(privateKey)), device.publicKey());
    assertEquals(DONE, set("private_key=" + ZERO));
    assertEquals(Optional.empty(), device.publicKey());
    assertFalse(ask("get=1\n\n").contains("private_key"));
  }

  @Test
  void changesOnlyWhatIsNamed() throws Exception {
    String section = "public_key=" + peer.toHex();
    set(
        section,
        "preshared_key=" + privateKey.toHex(),
        "endpoint=192.0.2.2:1",
        "persistent_keepalive_interval=5",
        "allowed_ip=10.0.0.2/32");
    PeerSettings before = settings(peer);
    set(section);
    assertEquals(before, settings(peer));
    set(section, "persistent_keepalive_interval=0");
    assertEquals(before.withPersistentKeepalive(0), settings(peer));
    set(section, "preshared_key=" + ZERO, "endpoint=192.0.2.3:2");
    assertEquals(PresharedKey.NONE, settings(peer).presharedKey());
    assertEquals(Optional.of(Endpoint.parse("192.0.2.3:2")), settings(peer).endpoint());
    assertEquals(List.of("10.0.0.2/32"), allowedIps(peer));
  }

  @Test
  void updatesButDoesNotAddWithUpdateOnly() throws Exception {
    String section = "public_key=" + peer.toHex();
    assertEquals(DONE, set(section, "update_only=true", "allowed_ip=10.0.0.2/32"));
    assertEquals(List.of(), device.peers());
    set(section);
    assertEquals(DONE, set(section, "update_only=true", "allowed_ip=10.0.0.2/32"));
    assertEquals(List.of("10.0.0.2/32"), allowedIps(peer));
  }

  @Test
  void removesPeers() throws Exception {
    set("public_key=" + peer.toHex(), "public_key=" + other.toHex());
    assertEquals(DONE, set("public_key=" + peer.toHex(), "remove=true"));
    assertEquals(DONE, set("public_key=" + peer.toHex(), "remove=true"));
    assertEquals(1, device.peers().size());
    assertEquals(DONE, set("replace_peers=true", "public_key=" + peer.toHex()));
    assertEquals(1, device.peers().size());
    assertTrue(device.peer(peer).isPresent());
  }

  @Test
  void movesAllowedIpsFromOnePeerToAnother() throws Exception {
    set("public_key=" + peer.toHex(), "allowed_ip=10.0.0.2/32", "allowed_ip=10.0.0.3/32");
    set("public_key=" + other.toHex(), "allowed_ip=10.0.0.2/32");
    assertEquals(List.of("10.0.0.3/32"), allowedIps(peer));
    assertEquals(List.of("10.0.0.2/32"), allowedIps(other));
    set("public_key=" + peer.toHex(), "allowed_ip=-10.0.0.2/32", "allowed_ip=-10.0.0.3/32");
    assertEquals(List.of(), allowedIps(peer));
    assertEquals(List.of("10.0.0.2/32"), allowedIps(other));
    set("public_key=" + other.toHex(), "replace_allowed_ips=true");
    assertEquals(List.of(), allowedIps(other));
  }

  @Test
  void ignoresAPeerThatIsItself() throws Exception {
    assertEquals(
        DONE,
        set(
            "private_key=" + privateKey.toHex(),
            "public_key=" + publicKey(privateKey).toHex(),
            "allowed_ip=10.0.0.1/32",
            "public_key=" + peer.toHex()));
    assertEquals(
        List.of(peer), device.peers().stream().map(p -> p.settings().publicKey()).toList());
  }

  @Test
  void bringsUpATunnelThatOnlyTheSocketConfigured() throws Exception {
    MemoryTun farHost = new MemoryTun("zltest-v");
    PrivateKey farKey = newKey();
    MemoryNetwork.Port farPort = network.open("192.0.2.2:51820");
    try (Device far = MemoryDevice.start(farHost, farPort, Optional.of(farKey))) {
      far.configure(PeerSettings.of(publicKey(privateKey), Cidr.parse("10.0.0.1/32")));
      set("public_key=" + publicKey(farKey).toHex(), "allowed_ip=10.0.0.2/32");
      set("public_key=" + publicKey(farKey).toHex(), "endpoint=192.0.2.2:51820");
      set("private_key=" + privateKey.toHex());
      byte[] ping = Packets.ipv4(1, 2, "ping");
      host.send(ping);
      assertArrayEquals(ping, farHost.receive());
      assertTrue(ask("get=1\n\n").matches("(?s).*\nlast_handshake_time_sec=[1-9]\\d{9}\n.*"));
    }
  }
}
