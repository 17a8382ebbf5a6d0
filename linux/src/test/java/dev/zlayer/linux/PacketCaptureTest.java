package dev.zlayer.linux;

import static java.net.StandardProtocolFamily.INET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.PacketBatch;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * <pre>
 *   one: v0 10.77.0.1/24 ---- two: v1 10.77.0.2/24
 * </pre>
 */
@Tag("root")
@Timeout(20)
class PacketCaptureTest {
  private static final int ETHERTYPE = 12;
  private static final int IPV4 = 0x0800;

  private TestNamespace one;
  private TestNamespace two;

  @BeforeEach
  void open() throws Exception {
    one = TestNamespace.create();
    two = TestNamespace.create();
    String peer = two.path().getFileName().toString();
    one.ip("link", "add", "v0", "type", "veth", "peer", "name", "v1", "netns", peer);
    one.ip("address", "add", "10.77.0.1/24", "dev", "v0");
    two.ip("address", "add", "10.77.0.2/24", "dev", "v1");
    one.ip("link", "set", "v0", "up");
    two.ip("link", "set", "v1", "up");
  }

  @AfterEach
  void close() throws Exception {
    one.close();
    two.close();
  }

  @Test
  void seesFramesOfBothDirections() throws Exception {
    String marker = "seen on the wire";
    try (PacketCapture capture = two.call(() -> PacketCapture.open("v1"));
        Wakeup wakeup = Wakeup.open();
        IcmpSocket pinger = one.call(() -> IcmpSocket.open(INET))) {
      byte[] payload = marker.getBytes(StandardCharsets.UTF_8);
      InetAddress target = InetAddress.ofLiteral("10.77.0.2");
      assertTrue(pinger.echo(target, payload, Duration.ofSeconds(5)).isPresent());

      int seen = 0;
      while (seen < 2) {
        PacketBatch frames = Batches.empty(16);
        assertTrue(capture.read(frames, wakeup) > 0);
        for (int i = 0; i < frames.size(); i++) {
          byte[] frame = frames.get(i).toByteArray();
          if (new String(frame, StandardCharsets.ISO_8859_1).endsWith(marker)) {
            assertEquals(IPV4, frames.get(i).getUnsignedShortBigEndian(ETHERTYPE));
            seen++;
          }
        }
      }
    }
  }

  @Test
  void wakesUp() throws Exception {
    try (PacketCapture capture = two.call(() -> PacketCapture.open("v1"));
        Wakeup wakeup = Wakeup.open()) {
      wakeup.signal();
      assertEquals(0, capture.read(Batches.empty(4), wakeup));
    }
  }

  @Test
  void namesAMissingInterface() {
    var e = assertThrows(NativeException.class, () -> one.call(() -> PacketCapture.open("none")));
    assertEquals("ENODEV", e.errnoName());
  }
}
