package dev.zlayer.linux;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;

/** What opening a socket of any family takes. */
final class Sockets {
  private static final int INT_BYTES = 4;

  // struct ifreq: char name[16] @0, int index @16
  private static final int IFREQ_BYTES = 40;
  private static final int IFREQ_INDEX = 16;

  private Sockets() {}

  /** A non-blocking socket, named {@code name} in messages. */
  static Descriptor open(int family, int type, int protocol, String name) throws NativeException {
    int fd = LibC.socket(family, type | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC, protocol);
    if (fd < 0) {
      throw new NativeException("socket " + name, -fd, openAdvice(-fd));
    }
    return new Descriptor(fd, name);
  }

  /** Sets an option whose value is an int. */
  static void option(Descriptor socket, int level, int option, int value) throws NativeException {
    int result = tryOption(socket, level, option, value);
    if (result < 0) {
      throw new NativeException(
          "setsockopt " + option + " of level " + level + " on " + socket.name(), -result);
    }
  }

  /** Sets the size of the receive buffer, past the system's limit where we may. */
  static void receiveBuffer(Descriptor socket, int bytes) throws NativeException {
    bufferBytes(socket, LibC.SO_RCVBUFFORCE, LibC.SO_RCVBUF, bytes);
  }

  /** Sets the size of the send buffer, past the system's limit where we may. */
  static void sendBuffer(Descriptor socket, int bytes) throws NativeException {
    bufferBytes(socket, LibC.SO_SNDBUFFORCE, LibC.SO_SNDBUF, bytes);
  }

  private static void bufferBytes(Descriptor socket, int forced, int limited, int bytes)
      throws NativeException {
    if (tryOption(socket, LibC.SOL_SOCKET, forced, bytes) < 0) {
      option(socket, LibC.SOL_SOCKET, limited, bytes);
    }
  }

  /** Binds {@code port} on all addresses; a negative result is an error number. */
  static int bind(Descriptor socket, int family, int port) {
    try (Arena arena = Arena.ofConfined()) {
      long address = RawMemory.allocate(arena, InetSockaddr.BYTES);
      int bytes = InetSockaddr.put(address, family, 0, 0, 0);
      InetSockaddr.putPort(address, port);
      return LibC.bind(socket.fd(), address, bytes);
    }
  }

  /** The port an Internet socket is bound to. */
  static int localPort(Descriptor socket) throws NativeException {
    try (Arena arena = Arena.ofConfined()) {
      long address = RawMemory.allocate(arena, InetSockaddr.BYTES);
      long bytes = RawMemory.allocate(arena, INT_BYTES);
      RawMemory.putInt(bytes, InetSockaddr.BYTES);
      int result = LibC.getsockname(socket.fd(), address, bytes);
      if (result < 0) {
        throw new NativeException("getsockname " + socket.name(), -result);
      }
      return InetSockaddr.port(address);
    }
  }

  /** The index of an interface in the socket's network namespace, or 0 if none has that name. */
  static int interfaceIndex(Descriptor socket, String name) {
    byte[] bytes = InterfaceName.require(name).getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      long request = RawMemory.allocate(arena, IFREQ_BYTES);
      RawMemory.copy(bytes, 0, request, bytes.length);
      int result = LibC.ioctl(socket.fd(), LibC.SIOCGIFINDEX, request);
      return result < 0 ? 0 : RawMemory.getInt(request + IFREQ_INDEX);
    }
  }

  /** As {@link #option}, but a negative result is an error number. */
  static int tryOption(Descriptor socket, int level, int option, int value) {
    try (Arena arena = Arena.ofConfined()) {
      long memory = RawMemory.allocate(arena, INT_BYTES);
      RawMemory.putInt(memory, value);
      return LibC.setsockopt(socket.fd(), level, option, memory, INT_BYTES);
    }
  }

  private static String openAdvice(int errno) {
    return switch (errno) {
      case Errno.EPERM -> "run as root or with CAP_NET_RAW";
      case Errno.EAFNOSUPPORT -> "this kernel runs without that protocol family";
      case Errno.EMFILE -> "raise the limit of open files (ulimit -n)";
      default -> "";
    };
  }
}
