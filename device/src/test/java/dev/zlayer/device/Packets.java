package dev.zlayer.device;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Packets of a host in 10.0.0.0/24. */
final class Packets {
  private Packets() {}

  /** An IPv4 packet from 10.0.0.{@code source} to 10.0.0.{@code target}. */
  static byte[] ipv4(int source, int target, String payload) {
    byte[] text = payload.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(20 + text.length)
        .putShort((short) 0x4500)
        .putShort((short) (20 + text.length))
        .putLong(0)
        .putInt(0x0a000000 | source)
        .putInt(0x0a000000 | target)
        .put(text)
        .array();
  }
}
