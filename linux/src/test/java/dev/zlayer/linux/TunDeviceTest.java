package dev.zlayer.linux;

import static java.net.StandardProtocolFamily.INET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("root")
@Timeout(20)
class TunDeviceTest extends TestTun {
  private static final int IPV4_PROTOCOL = 9;
  private static final int ICMP = 1;
  private static final int UDP = 17;
  private static final int IPV4_HEADER_BYTES = 20;
  private static final int UDP_HEADER_BYTES = 8;

  @Test
  void readsWhatTheKernelRoutesToIt() throws Exception {
    List<String> texts = List.of("first", "second", "third");
    namespace.call(() -> {
      try (DatagramSocket socket = new DatagramSocket()) {
        for (String text : texts) {
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          socket.send(new DatagramPacket(bytes, bytes.length, TEST, 7));
        }
      }
      return texts.size();
    });

    PacketBatch packets = readUdp(3);
    for (int i = 0; i < 3; i++) {
      byte[] packet = packets.get(i).toByteArray();
      int start = IPV4_HEADER_BYTES + UDP_HEADER_BYTES;
      assertEquals(
          texts.get(i), new String(packet, start, packet.length - start, StandardCharsets.UTF_8));
      assertEquals(32, packets.get(i).headroom());
    }
  }

  @Test
  void answersAPingOfTheKernel() throws Exception {
    CompletableFuture<Optional<Duration>> pinged = new CompletableFuture<>();
    try (IcmpSocket pinger = namespace.call(() -> IcmpSocket.open(INET))) {
      Thread.ofPlatform().start(() -> pinged.completeAsync(() -> ping(pinger), Runnable::run));
      PacketBatch request = read(ICMP);
      assertEquals(1, tun.write(Batches.of(echoReply(request.get(0).toByteArray()))));
      assertTrue(pinged.get().isPresent());
    }
  }

  @Test
  void deliversWhatIsWrittenAndCountsWhatTheKernelRefuses() throws Exception {
    try (UdpSocket socket = namespace.call(() -> UdpSocket.open(4242))) {
      PacketBatch batch = Batches.empty(3);
      batch.add().copyFrom(udp(1111, 4242, "one"));
      batch.add().copyFrom(new byte[] {(byte) 0xf0, 1, 2, 3});
      batch.add().copyFrom(udp(1111, 4242, "two"));
      assertEquals(2, tun.write(batch));

      PacketBatch received = Batches.empty(4);
      while (received.size() < 2) {
        Batches.receive(socket, received);
      }
      assertEquals(List.of("one", "two"), Batches.texts(received));
      assertEquals(Batches.at("10.77.0.2", 1111), received.get(0).endpoint());
    }
  }

  @Test
  void socketLeavesOutDatagramsFromPortZero() throws Exception {
    try (UdpSocket socket = namespace.call(() -> UdpSocket.open(4242))) {
      PacketBatch batch = Batches.empty(2);
      batch.add().copyFrom(udp(0, 4242, "no answer possible"));
      batch.add().copyFrom(udp(1111, 4242, "kept"));
      assertEquals(2, tun.write(batch));

      PacketBatch received = Batches.empty(4);
      assertEquals(1, Batches.receive(socket, received));
      assertEquals(List.of("kept"), Batches.texts(received));
    }
  }

  @Test
  void takesNothingWhileTheLinkIsDown() throws Exception {
    netlink.linkDown(netlink.linkIndex(NAME));
    assertEquals(0, tun.write(Batches.of(udp(1111, 4242, "lost"))));
  }

  @Test
  void hasNothingToReadWhileTheLinkIsDown() throws Exception {
    netlink.linkDown(netlink.linkIndex(NAME));
    PacketBatch batch = Batches.empty(64);
    while (tun.read(batch, 0) > 0) {
      batch.clear();
    }
    PollSet ready = new PollSet(1);
    ready.put(0, tun);
    ready.poll(false);
    assertFalse(ready.isReady(0));
  }

  @Test
  void reportsThatTheInterfaceWasRemoved() throws Exception {
    CompletableFuture<Integer> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(() -> {
          try {
            while (true) {
              Batches.read(tun, Batches.empty(4));
            }
          } catch (NativeException e) {
            result.completeExceptionally(e);
          }
        });
    netlink.deleteLink(netlink.linkIndex(NAME));

    var e = assertThrows(ExecutionException.class, result::get);
    assertEquals("EBADFD", ((NativeException) e.getCause()).errnoName());
    var written =
        assertThrows(NativeException.class, () -> tun.write(Batches.of(udp(1111, 4242, "lost"))));
    assertEquals(
        "write zl-test0: EBADFD (File descriptor in bad state): the interface was removed",
        written.getMessage());
  }

  @Test
  void namesTheProcessThatHasTheInterface() throws Exception {
    try (TunHolder holder = TunHolder.start(namespace, "zl-busy")) {
      var e =
          assertThrows(
              NativeException.class, () -> namespace.call(() -> TunDevice.open("zl-busy")));
      assertEquals(
          "TUNSETIFF zl-busy: EBUSY (Device or resource busy): the interface is in use by process "
              + holder.pid()
              + "; stop it or choose another name",
          e.getMessage());
    }
  }

  @Test
  void findsTheOwnerInTheCallersNamespaceOnly() throws Exception {
    try (TunHolder holder = TunHolder.start(namespace, "zl-busy")) {
      assertEquals(OptionalInt.of(holder.pid()), namespace.call(() -> TunDevice.owner("zl-busy")));
      assertEquals(OptionalInt.empty(), TunDevice.owner("zl-busy"));
    }
    assertEquals(OptionalInt.empty(), namespace.call(() -> TunDevice.owner("zl-busy")));
  }

  @Test
  void findsItsOwnProcess() throws Exception {
    assertEquals(
        OptionalInt.of((int) ProcessHandle.current().pid()),
        namespace.call(() -> TunDevice.owner(NAME)));
  }

  @Test
  void refusesTheNameOfAnotherKindOfInterface() {
    var e = assertThrows(NativeException.class, () -> namespace.call(() -> TunDevice.open("lo")));
    assertEquals(
        "TUNSETIFF lo: EINVAL (Invalid argument): an interface of this name exists and is no TUN"
            + " device; choose another name",
        e.getMessage());
  }

  @Test
  void takesOverAPersistentInterface() throws Exception {
    namespace.ip("tuntap", "add", "dev", "zl-kept", "mode", "tun");
    try (TunDevice kept = namespace.call(() -> TunDevice.open("zl-kept"))) {
      assertEquals("zl-kept", kept.name());
    }
    assertTrue(netlink.findLink("zl-kept").isPresent());
  }

  @Test
  void removesTheInterfaceOnClose() throws Exception {
    tun.close();
    tun.close();
    assertEquals(OptionalInt.empty(), netlink.findLink(NAME));
    assertThrows(IllegalStateException.class, () -> Batches.read(tun, Batches.empty(1)));
  }

  private static Optional<Duration> ping(IcmpSocket pinger) {
    try {
      return pinger.echo(TEST, Duration.ofSeconds(5));
    } catch (NativeException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads until {@code count} UDP packets are there: the kernel sends others of its own. */
  private PacketBatch readUdp(int count) throws NativeException {
    PacketBatch wanted = Batches.empty(16);
    while (wanted.size() < count) {
      PacketBatch packet = read(UDP);
      wanted.move(packet, 0);
    }
    return wanted;
  }

  private PacketBatch read(int protocol) throws NativeException {
    while (true) {
      PacketBatch batch = Batches.empty(1);
      assertEquals(1, Batches.read(tun, batch));
      PacketBuffer packet = batch.get(0);
      if (packet.getUnsignedByte(0) >> 4 == 4
          && packet.getUnsignedByte(IPV4_PROTOCOL) == protocol) {
        return batch;
      }
    }
  }

  /** Swaps the addresses, which leaves the header's checksum right, and turns type 8 into 0. */
  private static byte[] echoReply(byte[] request) {
    byte[] reply = request.clone();
    System.arraycopy(request, 12, reply, 16, 4);
    System.arraycopy(request, 16, reply, 12, 4);
    ByteBuffer.wrap(reply).putInt(IPV4_HEADER_BYTES, 0);
    byte[] icmp = Arrays.copyOfRange(reply, IPV4_HEADER_BYTES, reply.length);
    ByteBuffer.wrap(reply).putShort(IPV4_HEADER_BYTES + 2, (short) InternetChecksum.of(icmp));
    return reply;
  }

  /** A UDP packet from the test to the kernel; UDP's checksum 0 says that there is none. */
  private static byte[] udp(int sourcePort, int targetPort, String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    int length = IPV4_HEADER_BYTES + UDP_HEADER_BYTES + payload.length;
    ByteBuffer packet = ByteBuffer.allocate(length);
    packet.putShort((short) 0x4500).putShort((short) length).putInt(0);
    packet.put((byte) 64).put((byte) UDP).putShort((short) 0);
    packet.put(TEST.getAddress()).put(KERNEL.getAddress());
    byte[] header = Arrays.copyOf(packet.array(), IPV4_HEADER_BYTES);
    packet.putShort(10, (short) InternetChecksum.of(header));
    packet.putShort((short) sourcePort).putShort((short) targetPort);
    packet.putShort((short) (UDP_HEADER_BYTES + payload.length)).putShort((short) 0);
    return packet.put(payload).array();
  }
}
