package dev.zlayer.linux;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;

/**
 * Every frame that enters or leaves one interface, link-layer header included. Frames are copies:
 * the traffic goes on. For one thread at a time.
 */
public final class PacketCapture implements AutoCloseable {
  private static final int ETH_P_ALL = 3;
  private static final int BUFFER_BYTES = 4 << 20;

  // struct sockaddr_ll: u16 family @0, be16 protocol @2, int ifindex @4; 20 bytes
  private static final int SOCKADDR_BYTES = 20;
  private static final int SOCKADDR_PROTOCOL = 2;
  private static final int SOCKADDR_INDEX = 4;

  private final Descriptor descriptor;

  private PacketCapture(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Starts to record the frames of {@code interfaceName}, in the calling thread's network
   * namespace; what isn't read in time is lost once 4 MiB wait.
   *
   * @throws NativeException without CAP_NET_RAW (EPERM) or such an interface (ENODEV)
   */
  public static PacketCapture open(String interfaceName) throws NativeException {
    int index;
    try (Netlink netlink = Netlink.open()) {
      index = netlink.linkIndex(interfaceName);
    }
    // Protocol 0 until it is bound: frames of other interfaces must not get in before.
    Descriptor descriptor =
        Sockets.open(LibC.AF_PACKET, LibC.SOCK_RAW, 0, "capture of " + interfaceName);
    try {
      Sockets.receiveBuffer(descriptor, BUFFER_BYTES);
      bind(descriptor, index);
      return new PacketCapture(descriptor);
    } catch (NativeException | RuntimeException e) {
      descriptor.close();
      throw e;
    }
  }

  /**
   * Waits for frames, then adds what is there to {@code batch} until it is full. A frame longer
   * than its buffer's tailroom is cut.
   *
   * @return frames added, at least 1; 0 only when the wakeup was signalled
   * @throws IllegalArgumentException when the batch is full
   * @throws NativeException when the interface went down (ENETDOWN)
   */
  public int read(PacketBatch batch, Wakeup wakeup) throws NativeException {
    return descriptor.readPackets(batch, wakeup);
  }

  @Override
  public void close() {
    descriptor.close();
  }

  private static void bind(Descriptor descriptor, int index) throws NativeException {
    try (Arena arena = Arena.ofConfined()) {
      long address = RawMemory.allocate(arena, SOCKADDR_BYTES);
      RawMemory.putShort(address, LibC.AF_PACKET);
      RawMemory.putShortBigEndian(address + SOCKADDR_PROTOCOL, ETH_P_ALL);
      RawMemory.putInt(address + SOCKADDR_INDEX, index);
      int result = LibC.bind(descriptor.fd(), address, SOCKADDR_BYTES);
      if (result < 0) {
        throw new NativeException("bind " + descriptor.name(), -result);
      }
    }
  }
}
