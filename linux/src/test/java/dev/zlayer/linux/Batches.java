package dev.zlayer.linux;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Batches with short texts as packets. Their memory stays until the test JVM ends. */
final class Batches {
  private static final int BUFFER_BYTES = 2048;
  private static final int HEADROOM = 32;

  private Batches() {}

  static PacketBatch empty(int packets) {
    return PacketBatch.allocate(Arena.global(), packets, BUFFER_BYTES, HEADROOM);
  }

  static PacketBatch of(Endpoint target, String... texts) {
    PacketBatch batch = empty(texts.length);
    for (String text : texts) {
      add(batch, target, text);
    }
    return batch;
  }

  static PacketBatch of(byte[] packet) {
    PacketBatch batch = empty(1);
    batch.add().copyFrom(packet);
    return batch;
  }

  static void add(PacketBatch batch, Endpoint target, String text) {
    PacketBuffer packet = batch.add();
    packet.copyFrom(text.getBytes(StandardCharsets.UTF_8));
    packet.endpoint(target);
  }

  /** As {@link UdpSocket#receive}, waiting for the first datagram. */
  static int receive(UdpSocket socket, PacketBatch batch) throws NativeException {
    int received = socket.receive(batch);
    while (received == 0) {
      await(socket);
      received = socket.receive(batch);
    }
    return received;
  }

  /** As {@link TunDevice#read}, waiting for the first packet. */
  static int read(TunDevice tun, PacketBatch batch) throws NativeException {
    int read = tun.read(batch, 0);
    while (read == 0) {
      await(tun);
      read = tun.read(batch, 0);
    }
    return read;
  }

  private static void await(Pollable pollable) throws NativeException {
    PollSet ready = new PollSet(1);
    ready.put(0, pollable);
    ready.poll(true);
  }

  static List<String> texts(PacketBatch batch) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      texts.add(new String(batch.get(i).toByteArray(), StandardCharsets.UTF_8));
    }
    return texts;
  }

  static Endpoint loopback(UdpSocket socket) {
    return at("127.0.0.1", socket.port());
  }

  static Endpoint at(String address, int port) {
    return Endpoint.of(InetAddress.ofLiteral(address), port);
  }
}
