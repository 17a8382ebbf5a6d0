package dev.zlayer.linux;

import static dev.zlayer.linux.Errno.EACCES;
import static dev.zlayer.linux.Errno.EBUSY;
import static dev.zlayer.linux.Errno.EINVAL;
import static dev.zlayer.linux.Errno.ENODEV;
import static dev.zlayer.linux.Errno.ENOENT;
import static dev.zlayer.linux.Errno.EPERM;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A TUN interface: what the kernel routes to it is read here, and what is written here the kernel
 * receives on it, as bare IP packets. The interface exists in the network namespace of the thread
 * that opened it, and until {@link #close()}.
 *
 * <p>One thread may read while another writes; neither side holds a lock.
 */
public final class TunDevice implements Pollable, AutoCloseable {
  private static final String CLONE_DEVICE = "/dev/net/tun";
  private static final long TUNSETIFF = 0x4004_54caL;
  private static final long TUNGETIFF = 0x8004_54d2L;
  private static final long TUNGETDEVNETNS = 0x54e3L;
  private static final int IFF_TUN = 1;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFF_VNET_HDR = 0x4000;

  private static final long TUNSETOFFLOAD = 0x4004_54d0L;
  private static final int CHECKSUM = 1;
  private static final int TCP_SEGMENTS = CHECKSUM | 2 | 4;
  private static final int UDP_SEGMENTS = 0x20 | 0x40;

  // struct ifreq: char name[16] @0, short flags @16
  private static final int IFREQ_BYTES = 40;
  private static final int IFREQ_FLAGS = 16;

  private final Descriptor descriptor;

  /** Of the reading thread. */
  private final TunReader reader;

  /** Of the writing thread. */
  private final TunWriter writer;

  private TunDevice(Descriptor descriptor, boolean datagramsToo) {
    this.descriptor = descriptor;
    this.reader = new TunReader(descriptor, new SecureRandom().nextLong());
    this.writer = new TunWriter(descriptor, datagramsToo);
  }

  /** As {@link #open(String, Consumer)}, without telling anybody. */
  public static TunDevice open(String name) throws NativeException {
    return open(name, notice -> {});
  }

  /**
   * Makes the interface {@code name}, down and without addresses, or takes over one that was made
   * persistent and that no process holds.
   *
   * @param notices is told in a line when the interface has to do without something
   * @throws IllegalArgumentException when the kernel takes no such name
   * @throws NativeException without the right to do so (EPERM), without the kernel's TUN driver
   *     (ENOENT, ENODEV) or when the name is in use (EBUSY, EINVAL)
   */
  public static TunDevice open(String name, Consumer<String> notices) throws NativeException {
    InterfaceName.require(name);
    int fd = Descriptor.openFile(CLONE_DEVICE, LibC.O_RDWR | LibC.O_NONBLOCK);
    if (fd < 0) {
      throw new NativeException("open " + CLONE_DEVICE, -fd, openAdvice(-fd));
    }
    Descriptor descriptor = new Descriptor(fd, name);
    int result = attach(fd, name);
    if (result < 0) {
      descriptor.close();
      throw new NativeException("TUNSETIFF " + name, -result, attachAdvice(name, -result));
    }
    return new TunDevice(descriptor, offload(descriptor, notices));
  }

  /**
   * Lets the kernel leave to us to cut packets into segments and to finish checksums, as far as it
   * can: all of it from Linux 6.2 on. Returns whether that goes for datagrams of UDP, too.
   */
  private static boolean offload(Descriptor descriptor, Consumer<String> notices) {
    int result = LibC.ioctl(descriptor.fd(), TUNSETOFFLOAD, TCP_SEGMENTS | UDP_SEGMENTS);
    if (result >= 0) {
      return true;
    }
    String refusal = " (TUNSETOFFLOAD: " + Errno.describe(-result) + ")";
    boolean tcp = LibC.ioctl(descriptor.fd(), TUNSETOFFLOAD, TCP_SEGMENTS) >= 0;
    String what = tcp ? "UDP datagrams" : "packets";
    notices.accept(
        descriptor.name() + ": this kernel hands over " + what + " one by one only" + refusal);
    return false;
  }

  /**
   * The process that holds the TUN interface {@code name} open, looked for among those with a
   * thread in the calling thread's network namespace. Empty when there is none or when {@code
   * /proc} doesn't let us see it.
   */
  public static OptionalInt owner(String name) {
    return TunOwner.find(InterfaceName.require(name));
  }

  /** The name that it was opened with; {@link #presentName} may be another by now. */
  public String name() {
    return descriptor.name();
  }

  /**
   * The name that it has now, which others may change.
   *
   * @throws NativeException when the interface was removed (EBADFD)
   */
  String presentName() throws NativeException {
    try (Arena arena = Arena.ofConfined()) {
      long request = RawMemory.allocate(arena, IFREQ_BYTES);
      int result = LibC.ioctl(descriptor.fd(), TUNGETIFF, request);
      if (result < 0) {
        throw new NativeException("TUNGETIFF " + name(), -result);
      }
      byte[] bytes = new byte[IFREQ_FLAGS];
      RawMemory.copy(request, bytes, 0, bytes.length);
      return new String(bytes, StandardCharsets.UTF_8).replaceAll("\0.*", "");
    }
  }

  /**
   * The network namespace that it is in now; others may move it.
   *
   * @throws NativeException when the interface was removed (EBADFD), when we may not know (EPERM)
   *     and under a kernel before 5.7 (EINVAL)
   */
  Descriptor namespace() throws NativeException {
    int fd = LibC.ioctl(descriptor.fd(), TUNGETDEVNETNS, 0);
    if (fd < 0) {
      throw new NativeException("TUNGETDEVNETNS " + name(), -fd);
    }
    return new Descriptor(fd, "network namespace of " + name());
  }

  /**
   * Adds the packets that the kernel has for us to {@code batch}, until it is full or none is left;
   * doesn't wait. Those of a flow stay in order; flows take turns. Of a flow whose packets wait for
   * more than some milliseconds one now and then is marked or, if it can't be, dropped ({@link
   * FairQueue}). After a read that filled the batch more may be left, even where a {@link PollSet}
   * sees nothing to read. A buffer's tailroom must hold the interface's MTU: a longer packet is
   * cut.
   *
   * @param nowNanos a time that doesn't go back
   * @return packets added
   * @throws IllegalArgumentException when the batch is full
   * @throws NativeException when the interface was removed (EBADFD)
   */
  public int read(PacketBatch batch, long nowNanos) throws NativeException {
    try {
      return reader.read(batch, nowNanos);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Packets and segments that {@link #read} dropped to have their senders slow down. */
  public long congestionDrops() {
    return reader.congestionDrops();
  }

  /**
   * Gives every packet of {@code batch} to the kernel, neighbours of a flow as one, for which their
   * headers are changed. What the kernel doesn't take (a malformed packet, an interface that is
   * down) is lost.
   *
   * @return packets the kernel took
   * @throws NativeException when the interface was removed (EBADFD)
   */
  public int write(PacketBatch batch) throws NativeException {
    try {
      return writer.write(batch);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public int fd() {
    return descriptor.fd();
  }

  /** Removes the interface, unless it was made persistent. */
  @Override
  public void close() {
    descriptor.close();
  }

  private static int attach(int fd, String name) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      long request = RawMemory.allocate(arena, IFREQ_BYTES);
      RawMemory.copy(bytes, 0, request, bytes.length);
      RawMemory.putShort(request + IFREQ_FLAGS, IFF_TUN | IFF_NO_PI | IFF_VNET_HDR);
      return LibC.ioctl(fd, TUNSETIFF, request);
    }
  }

  private static String openAdvice(int errno) {
    return switch (errno) {
      case ENOENT ->
          "load the driver and make its node: modprobe tun; mkdir -p /dev/net;"
              + " mknod /dev/net/tun c 10 200";
      case ENODEV -> "load the driver: modprobe tun";
      case EPERM, EACCES -> "run as root; a container needs the device (--device /dev/net/tun)";
      default -> "";
    };
  }

  private static String attachAdvice(String name, int errno) {
    return switch (errno) {
      case EPERM -> "run as root or with CAP_NET_ADMIN";
      case EBUSY -> busyAdvice(owner(name));
      case EINVAL -> "an interface of this name exists and is no TUN device; choose another name";
      default -> "";
    };
  }

  private static String busyAdvice(OptionalInt owner) {
    String holder = owner.isPresent() ? "process " + owner.getAsInt() : "another process";
    return "the interface is in use by " + holder + "; stop it or choose another name";
  }
}
