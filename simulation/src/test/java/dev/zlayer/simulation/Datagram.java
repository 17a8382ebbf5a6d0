package dev.zlayer.simulation;

import dev.zlayer.memory.Endpoint;

/** What travels between hosts. */
record Datagram(Endpoint source, Endpoint target, byte[] bytes) {
  /** WireGuard's message type. */
  int type() {
    return bytes[0];
  }
}
