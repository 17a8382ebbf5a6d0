package dev.zlayer.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What the kernel knows of the ways to places, in the network namespace of the threads that ask:
 * one socket of each family, which sends nothing. Its two functions aren't among those of {@link
 * LibC}, which are linked at every start. Not thread safe.
 */
public final class PathMtu implements AutoCloseable {
  private static final int INT_BYTES = 4;
  private static final int AF_UNSPEC = 0;

  private static final MethodHandle CONNECT =
      LibC.function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle GETSOCKOPT =
      LibC.function(
          "getsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));

  /** How a family calls the MTU of a connected socket. */
  private enum Family {
    IPV4(LibC.AF_INET, 0, 14),
    IPV6(LibC.AF_INET6, LibC.IPPROTO_IPV6, 24);

    private final int number;
    private final int level;
    private final int option;

    Family(int number, int level, int option) {
      this.number = number;
      this.level = level;
      this.option = option;
    }
  }

  private final Map<Family, Descriptor> sockets = new EnumMap<>(Family.class);
  private final Arena arena = Arena.ofAuto();
  private final long address = RawMemory.allocate(arena, InetSockaddr.BYTES);
  private final long value = RawMemory.allocate(arena, INT_BYTES);
  private final long length = RawMemory.allocate(arena, INT_BYTES);

  private PathMtu() {}

  /** Opens no socket before one is needed. */
  public static PathMtu open() {
    return new PathMtu();
  }

  /**
   * The longest packet, IP header included, that gets to {@code target} in one piece, as far as the
   * kernel knows: the MTU of the link, of the route, or what a router on the way has told.
   *
   * @return bytes; empty where there is no route
   */
  public OptionalInt to(Endpoint target) {
    Family family = target.isIpv4() ? Family.IPV4 : Family.IPV6;
    try {
      int fd = socket(family);
      int bytes = InetSockaddr.put(address, family.number, target);
      if (connect(fd, address, bytes) < 0) {
        return OptionalInt.empty();
      }
      RawMemory.putInt(length, INT_BYTES);
      int result = getsockopt(fd, family.level, family.option, value, length);
      disconnect(fd, bytes);
      return result < 0 ? OptionalInt.empty() : OptionalInt.of(RawMemory.getInt(value));
    } catch (NativeException e) {
      return OptionalInt.empty();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private int socket(Family family) throws NativeException {
    Descriptor socket = sockets.get(family);
    if (socket == null) {
      socket = Sockets.open(family.number, LibC.SOCK_DGRAM, 0, "UDP socket");
      sockets.put(family, socket);
    }
    return socket.fd();
  }

  /** Without it the next way would begin at the address of ours that this one begins at. */
  private void disconnect(int fd, int bytes) throws NativeException {
    RawMemory.putShort(address, AF_UNSPEC);
    int result = connect(fd, address, bytes);
    if (result < 0) {
      throw new NativeException("connect to nothing", -result);
    }
  }

  @Override
  public void close() {
    sockets.values().forEach(Descriptor::close);
  }

  private static int connect(int fd, long address, int bytes) {
    MemorySegment state = LibC.STATE.get();
    try {
      return LibC.checked((int) CONNECT.invokeExact(state, fd, address, bytes), state);
    } catch (Throwable e) {
      throw LibC.unexpected(e);
    }
  }

  /** {@code length} points to an int: the room at {@code value}. */
  private static int getsockopt(int fd, int level, int option, long value, long length) {
    MemorySegment state = LibC.STATE.get();
    try {
      return LibC.checked(
          (int) GETSOCKOPT.invokeExact(state, fd, level, option, value, length), state);
    } catch (Throwable e) {
      throw LibC.unexpected(e);
    }
  }
}
