package dev.zlayer.device;

import dev.zlayer.linux.Pollable;
import dev.zlayer.memory.PacketBatch;
import java.io.IOException;
import java.util.Optional;

/** Where a device gets the host's packets from and brings its peers' packets to. */
public interface Tun extends AutoCloseable {
  /** The interface's name. */
  String name();

  /** What becomes readable when the host has packets. */
  Pollable arrivals();

  /**
   * Adds as many packets of the host as there are and as fit; doesn't wait. A read that fills the
   * batch may leave some that {@link #arrivals} doesn't tell of. One thread at a time calls it.
   *
   * @param nowNanos a time that doesn't go back
   * @return how many
   * @throws IOException if the interface is gone
   */
  int read(PacketBatch packets, long nowNanos) throws IOException;

  /** Packets that {@link #read} dropped because those of their flow waited too long. */
  long congestionDrops();

  /**
   * Hands packets to the host; those that it doesn't take are lost. One thread at a time calls it.
   *
   * @throws IOException if the interface is gone
   */
  void write(PacketBatch packets) throws IOException;

  /**
   * Waits until others have changed the interface; returns at once what it is when it is called
   * first. One thread calls it.
   *
   * @return empty after {@link #stop}, and once the interface is gone
   * @throws IOException if changes can't be learned of
   */
  Optional<LinkState> nextLink() throws IOException;

  /** Makes {@link #nextLink} return at once, now and ever after. */
  void stop();

  @Override
  void close();
}
