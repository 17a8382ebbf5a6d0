package dev.zlayer.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;

/**
 * What the kernel knows of the way to somewhere. Its two functions aren't among those of {@link
 * LibC}, which are linked at every start.
 */
public final class PathMtu {
  private static final int IPPROTO_IP = 0;
  private static final int IP_MTU = 14;
  private static final int IPV6_MTU = 24;
  private static final int INT_BYTES = 4;

  private static final MethodHandle CONNECT =
      LibC.function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle GETSOCKOPT =
      LibC.function(
          "getsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));

  private PathMtu() {}

  /**
   * The longest packet, IP header included, that gets to {@code target} in one piece, as far as the
   * kernel knows: the MTU of the link, of the route, or what a router on the way has told. Sends
   * nothing. In the calling thread's network namespace.
   *
   * @return bytes; empty where there is no route
   */
  public static OptionalInt to(Endpoint target) {
    int family = target.isIpv4() ? LibC.AF_INET : LibC.AF_INET6;
    try (Descriptor socket = Sockets.open(family, LibC.SOCK_DGRAM, 0, "UDP socket");
        Arena arena = Arena.ofConfined()) {
      long address = RawMemory.allocate(arena, InetSockaddr.BYTES);
      int bytes = InetSockaddr.put(address, family, target);
      if (connect(socket.fd(), address, bytes) < 0) {
        return OptionalInt.empty();
      }
      long value = RawMemory.allocate(arena, INT_BYTES);
      long length = RawMemory.allocate(arena, INT_BYTES);
      RawMemory.putInt(length, INT_BYTES);
      int level = target.isIpv4() ? IPPROTO_IP : LibC.IPPROTO_IPV6;
      int option = target.isIpv4() ? IP_MTU : IPV6_MTU;
      return getsockopt(socket.fd(), level, option, value, length) < 0
          ? OptionalInt.empty()
          : OptionalInt.of(RawMemory.getInt(value));
    } catch (NativeException e) {
      return OptionalInt.empty();
    }
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
