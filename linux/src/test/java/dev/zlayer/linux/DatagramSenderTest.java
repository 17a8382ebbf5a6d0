package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DatagramSenderTest {
  /** The kernel cuts no messages of a socket that sends without UDP checksums: EINVAL. */
  private static final int SO_NO_CHECK = 11;

  @Test
  void goesOnSinglyWhereTheKernelRefusesAndSaysSoOnce() throws NativeException {
    List<String> notices = new ArrayList<>();
    try (UdpSocket target = UdpSocket.open(0);
        Descriptor socket = Sockets.open(LibC.AF_INET, LibC.SOCK_DGRAM, 0, "UDP socket")) {
      Sockets.option(socket, LibC.SOL_SOCKET, SO_NO_CHECK, 1);
      DatagramSender sender = new DatagramSender(socket, LibC.AF_INET, notices::add);
      for (int round = 0; round < 100; round++) {
        sendAndReceive(sender, batch(target), target);
        assertEquals(round < 63 ? 0 : 1, notices.size());
      }
    }
    assertEquals(
        List.of(
            "the kernel or a link refuses to cut messages into datagrams"
                + " (EINVAL (Invalid argument)); from now on they are sent one by one"),
        notices);
  }

  /** It isn't the kernel that refuses when the address to send from is gone. */
  @Test
  void goesOnSegmentingWhenAnAddressIsGone() throws NativeException {
    List<String> notices = new ArrayList<>();
    try (UdpSocket target = UdpSocket.open(0);
        Descriptor socket = Sockets.open(LibC.AF_INET, LibC.SOCK_DGRAM, 0, "UDP socket")) {
      DatagramSender sender = new DatagramSender(socket, LibC.AF_INET, notices::add);
      Endpoint gone = Batches.at("192.0.2.1", 1);
      for (int round = 0; round < 100; round++) {
        PacketBatch batch = batch(target);
        for (int i = 0; i < batch.size(); i++) {
          batch.get(i).localAddress(UdpSocketTest.local(gone));
        }
        sendAndReceive(sender, batch, target);
      }
    }
    assertEquals(List.of(), notices);
  }

  private static void sendAndReceive(DatagramSender sender, PacketBatch sent, UdpSocket target)
      throws NativeException {
    assertEquals(3, sender.send(sent));
    PacketBatch received = Batches.empty(3);
    while (received.size() < 3) {
      int ignored = Batches.receive(target, received);
    }
    assertEquals(Batches.texts(sent), Batches.texts(received));
    PacketBuffer first = received.get(0);
    assertEquals(32, first.headroom());
  }

  private static PacketBatch batch(UdpSocket target) {
    return Batches.of(Batches.loopback(target), "one", "two", "3");
  }
}
