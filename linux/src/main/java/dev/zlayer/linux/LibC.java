package dev.zlayer.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.stream.Stream;

/**
 * The C library's system calls. Each returns what the call returned or, when it failed, the negated
 * error number, read at once on the calling thread. Pointers are plain addresses and are not
 * checked.
 *
 * <p>We rely on 64-bit Linux as x86-64 and aarch64 have it: little-endian, {@code size_t} and
 * pointers of 8 bytes, and the generic numbers for socket options, {@code ioctl} requests and the
 * open flags that stand here. Those differ on MIPS, PowerPC and SPARC; of the flags that differ
 * between x86-64 and aarch64 (such as {@code O_DIRECTORY}) none is used.
 */
final class LibC {
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;

  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int AF_NETLINK = 16;
  static final int AF_PACKET = 17;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int SOCK_NONBLOCK = O_NONBLOCK;
  static final int SOCK_CLOEXEC = O_CLOEXEC;

  static final int SOL_SOCKET = 1;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_MARK = 36;
  static final int SO_SNDBUFFORCE = 32;
  static final int SO_RCVBUFFORCE = 33;
  static final int IPPROTO_ICMP = 1;
  static final int IPPROTO_IPV6 = 41;
  static final int IPPROTO_ICMPV6 = 58;
  static final int IPV6_V6ONLY = 26;

  /** Of any socket: opens the network namespace that it was made in. */
  static final long SIOCGSKNS = 0x894c;

  /** Of any socket: the index of an interface of its network namespace. */
  static final long SIOCGIFINDEX = 0x8933;

  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;

  static final short POLLIN = 1;
  static final short POLLOUT = 4;

  private static final StructLayout STATE_LAYOUT = Linker.Option.captureStateLayout();
  private static final long ERRNO_OFFSET =
      STATE_LAYOUT.byteOffset(PathElement.groupElement("errno"));
  static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE_LAYOUT));

  private static final MethodHandle OPEN =
      variadic("open", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle READ =
      function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle WRITE =
      function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle READV =
      function("readv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle WRITEV =
      function("writev", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle IOCTL =
      variadic("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle POLL =
      function("poll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle EVENTFD =
      function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SETNS =
      function("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SOCKET =
      function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle BIND =
      function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle GETSOCKNAME =
      function("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle SETSOCKOPT =
      function(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle SENDTO =
      function(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle RECVFROM =
      function(
          "recvfrom",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle SENDMMSG =
      function(
          "sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
  private static final MethodHandle RECVMMSG =
      function(
          "recvmmsg",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));

  private LibC() {}

  /** Opens an existing file; {@code path} is a C string. */
  static int open(long path, int flags) {
    MemorySegment state = STATE.get();
    try {
      return checked((int) OPEN.invokeExact(state, path, flags, 0), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int close(int fd) {
    MemorySegment state = STATE.get();
    try {
      return checked((int) CLOSE.invokeExact(state, fd), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int read(int fd, long target, int bytes) {
    MemorySegment state = STATE.get();
    try {
      return checked((long) READ.invokeExact(state, fd, target, (long) bytes), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int write(int fd, long source, int bytes) {
    MemorySegment state = STATE.get();
    try {
      return checked((long) WRITE.invokeExact(state, fd, source, (long) bytes), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Reads into {@code count} {@code iovec}, one after the other. */
  static int readv(int fd, long vectors, int count) {
    MemorySegment state = STATE.get();
    try {
      return checked((long) READV.invokeExact(state, fd, vectors, count), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Writes what {@code count} {@code iovec} hold, one after the other. */
  static int writev(int fd, long vectors, int count) {
    MemorySegment state = STATE.get();
    try {
      return checked((long) WRITEV.invokeExact(state, fd, vectors, count), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int ioctl(int fd, long request, long argument) {
    MemorySegment state = STATE.get();
    try {
      return checked((int) IOCTL.invokeExact(state, fd, request, argument), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Waits on {@code count} {@code pollfd}; a negative timeout waits for ever. */
  static int poll(long descriptors, int count, int timeoutMillis) {
    MemorySegment state = STATE.get();
    try {
      return checked(
          (int) POLL.invokeExact(state, descriptors, (long) count, timeoutMillis), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int eventfd(int initial, int flags) {
    MemorySegment state = STATE.get();
    try {
      return checked((int) EVENTFD.invokeExact(state, initial, flags), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int setns(int fd, int type) {
    MemorySegment state = STATE.get();
    try {
      return checked((int) SETNS.invokeExact(state, fd, type), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int socket(int family, int type, int protocol) {
    MemorySegment state = STATE.get();
    try {
      return checked((int) SOCKET.invokeExact(state, family, type, protocol), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int bind(int fd, long address, int addressBytes) {
    MemorySegment state = STATE.get();
    try {
      return checked((int) BIND.invokeExact(state, fd, address, addressBytes), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** {@code addressBytes} points to an int: the room at {@code address}. */
  static int getsockname(int fd, long address, long addressBytes) {
    MemorySegment state = STATE.get();
    try {
      return checked((int) GETSOCKNAME.invokeExact(state, fd, address, addressBytes), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int setsockopt(int fd, int level, int option, long value, int bytes) {
    MemorySegment state = STATE.get();
    try {
      return checked((int) SETSOCKOPT.invokeExact(state, fd, level, option, value, bytes), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int sendto(int fd, long source, int bytes, int flags, long address, int addressBytes) {
    MemorySegment state = STATE.get();
    try {
      return checked(
          (long) SENDTO.invokeExact(state, fd, source, (long) bytes, flags, address, addressBytes),
          state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** {@code address} and {@code addressBytes}, which points to an int, may both be 0. */
  static int recvfrom(int fd, long target, int bytes, int flags, long address, long addressBytes) {
    MemorySegment state = STATE.get();
    try {
      return checked(
          (long)
              RECVFROM.invokeExact(state, fd, target, (long) bytes, flags, address, addressBytes),
          state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Sends {@code count} {@code mmsghdr}; returns how many went out before the first failure. */
  static int sendmmsg(int fd, long headers, int count, int flags) {
    MemorySegment state = STATE.get();
    try {
      return checked((int) SENDMMSG.invokeExact(state, fd, headers, count, flags), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Receives into at most {@code count} {@code mmsghdr}, without the call's unsound timeout. */
  static int recvmmsg(int fd, long headers, int count, int flags) {
    MemorySegment state = STATE.get();
    try {
      return checked((int) RECVMMSG.invokeExact(state, fd, headers, count, flags, 0L), state);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Links all of the functions, as any first call does. */
  static void link() {
    // Initialising the class has done it.
  }

  /** What a call returned, or its negated error number. */
  static int checked(long result, MemorySegment state) {
    return result < 0 ? -state.get(JAVA_INT, ERRNO_OFFSET) : Math.toIntExact(result);
  }

  /** A function of the C library that captures its error number. */
  static MethodHandle function(String name, FunctionDescriptor descriptor) {
    return handle(name, descriptor);
  }

  /** Of both variadic functions that we call the first two parameters are fixed. */
  private static MethodHandle variadic(String name, FunctionDescriptor descriptor) {
    return handle(name, descriptor, Linker.Option.firstVariadicArg(2));
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        descriptor,
        Stream.concat(Stream.of(Linker.Option.captureCallState("errno")), Stream.of(options))
            .toArray(Linker.Option[]::new));
  }

  /** A handle throws nothing of its own: what arrives here is the virtual machine in trouble. */
  static IllegalStateException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("a native call threw", e);
  }
}
