package dev.zlayer.device;

import dev.zlayer.memory.PacketBatch;
import java.io.IOException;
import java.util.Optional;

/** Where a device gets the host's packets from and brings its peers' packets to. */
public interface Tun extends AutoCloseable {
  /** The interface's name. */
  String name();

  /**
   * Waits for packets of the host and adds as many as there are and as fit. One thread calls it.
   *
   * @return how many; 0 after {@link #stop}
   * @throws IOException if the interface is gone
   */
  int read(PacketBatch packets) throws IOException;

  /**
   * Hands packets to the host; those that it doesn't take are lost. One thread calls it.
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

  /** Makes {@link #read} and {@link #nextLink} return at once, now and ever after. */
  void stop();

  @Override
  void close();
}
