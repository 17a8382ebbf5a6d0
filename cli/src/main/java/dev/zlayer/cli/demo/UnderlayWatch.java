package dev.zlayer.cli.demo;

import dev.zlayer.linux.NetworkNamespace;
import dev.zlayer.linux.PacketCapture;
import dev.zlayer.linux.Wakeup;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.overlay.OverlayException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Listens to every cable of the demonstration's network and sorts what crosses it.
 *
 * <p>One platform thread a cable reads frames; the monitor guards what they found.
 */
final class UnderlayWatch implements AutoCloseable {
  private static final int BATCH = 64;
  private static final int FRAME_BYTES = 2048;
  private static final int ETHERNET_BYTES = 14;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_ARP = 0x0806;
  private static final int UDP = 17;
  private static final int UDP_BYTES = 8;

  private static final List<String> MESSAGES =
      List.of("initiation", "response", "cookie reply", "transport");
  private static final int[] MESSAGE_BYTES = {148, 92, 64};
  private static final int TRANSPORT = 4;

  /** At least: a keepalive has as many. */
  private static final int TRANSPORT_BYTES = 32;

  private final int port;
  private final byte[] marker;
  private final Wakeup wakeup;
  private final List<Thread> threads = new ArrayList<>();
  private final List<PacketCapture> captures = new ArrayList<>();

  private final Map<String, Long> counts = new LinkedHashMap<>();
  private final TreeSet<String> foreign = new TreeSet<>();
  private long markedFrames;

  /**
   * Begins to listen.
   *
   * @param port the UDP port of all nodes
   * @param marker what must not be seen in the clear
   */
  UnderlayWatch(DemoNetwork network, int hosts, int port, byte[] marker)
      throws InterruptedException {
    this.port = port;
    this.marker = marker;
    try {
      wakeup = Wakeup.open();
      for (int host = 0; host < hosts; host++) {
        String cable = DemoNetwork.port(host);
        PacketCapture capture =
            NetworkNamespace.call(network.switchboard(), () -> PacketCapture.open(cable));
        captures.add(capture);
        threads.add(
            Thread.ofPlatform().daemon().name("watch " + cable).start(() -> listen(capture)));
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new OverlayException("the network can't be listened to: " + e.getMessage(), e);
    }
  }

  /** How many frames crossed a cable with the marker in the clear since {@link #forget}. */
  synchronized long markedFrames() {
    return markedFrames;
  }

  /** What crossed a cable and is neither WireGuard nor ARP, one line a kind. */
  synchronized List<String> foreign() {
    return List.copyOf(foreign);
  }

  /** How many frames of each kind crossed a cable. */
  synchronized Map<String, Long> counts() {
    return new LinkedHashMap<>(counts);
  }

  /** Begins anew. */
  synchronized void forget() {
    counts.clear();
    foreign.clear();
    markedFrames = 0;
  }

  @Override
  public void close() {
    wakeup.signal();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    captures.forEach(PacketCapture::close);
    wakeup.close();
  }

  private void listen(PacketCapture capture) {
    try (Arena arena = Arena.ofConfined()) {
      PacketBatch frames = PacketBatch.allocate(arena, BATCH, FRAME_BYTES, 0);
      while (capture.read(frames, wakeup) > 0) {
        for (int i = 0; i < frames.size(); i++) {
          sort(frames.get(i));
        }
        frames.clear();
      }
    } catch (IOException e) {
      synchronized (this) {
        foreign.add("frames that were missed: " + e.getMessage());
      }
    }
  }

  private synchronized void sort(PacketBuffer frame) {
    if (contains(frame.toByteArray(), marker)) {
      markedFrames++;
    }
    String kind = kind(frame);
    if (kind.startsWith("!")) {
      foreign.add(kind.substring(1));
    } else {
      counts.merge(kind, 1L, Long::sum);
    }
  }

  /** WireGuard's message type, ARP, or with a leading '!' what doesn't belong here. */
  private String kind(PacketBuffer frame) {
    if (frame.length() < ETHERNET_BYTES) {
      return "!a frame of " + frame.length() + " bytes";
    }
    int type = frame.getUnsignedShortBigEndian(12);
    if (type == TYPE_ARP) {
      return "ARP";
    }
    if (type != TYPE_IPV4 || frame.length() < ETHERNET_BYTES + 20) {
      return "!Ethernet type 0x%04x".formatted(type);
    }
    int protocol = frame.getUnsignedByte(ETHERNET_BYTES + 9);
    int udp = ETHERNET_BYTES + (frame.getUnsignedByte(ETHERNET_BYTES) & 0x0f) * 4;
    if (protocol != UDP || frame.length() < udp + UDP_BYTES) {
      return "!IP protocol " + protocol;
    }
    int source = frame.getUnsignedShortBigEndian(udp);
    int target = frame.getUnsignedShortBigEndian(udp + 2);
    int bytes = frame.getUnsignedShortBigEndian(udp + 4) - UDP_BYTES;
    if (source != port || target != port) {
      return "!UDP from port " + source + " to port " + target;
    }
    return message(frame, udp + UDP_BYTES, bytes);
  }

  /**
   * The first message of {@code bytes} from {@code begin}. A frame of veth has a whole run of
   * datagrams, if their sender gave them to the kernel as one, as a response and the keepalive
   * after it.
   */
  private static String message(PacketBuffer frame, int begin, int bytes) {
    String foreign = "!UDP of " + bytes + " bytes that is no WireGuard message";
    if (bytes < Integer.BYTES || frame.length() < begin + Integer.BYTES) {
      return foreign;
    }
    int type = frame.getIntLittleEndian(begin);
    if (type == TRANSPORT) {
      return bytes >= TRANSPORT_BYTES ? MESSAGES.getLast() : foreign;
    }
    if (type < 1 || type > MESSAGE_BYTES.length || bytes < MESSAGE_BYTES[type - 1]) {
      return foreign;
    }
    int own = MESSAGE_BYTES[type - 1];
    boolean allKnown = bytes == own || !message(frame, begin + own, bytes - own).startsWith("!");
    return allKnown ? MESSAGES.get(type - 1) : foreign;
  }

  private static boolean contains(byte[] text, byte[] part) {
    for (int from = 0; from + part.length <= text.length; from++) {
      if (Arrays.equals(text, from, from + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }
}
