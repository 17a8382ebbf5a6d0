package dev.zlayer.linux;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Request and answer over rtnetlink. For one thread at a time. */
final class NetlinkSocket implements AutoCloseable {
  private static final int NETLINK_ROUTE = 0;
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int NLM_F_DUMP_INTR = 0x10;

  private static final int SOCKADDR_BYTES = 12;
  private static final int SOCKADDR_GROUPS = 8;
  private static final int RTMGRP_LINK = 1;

  private static final int DATAGRAM_BYTES = 1 << 16;
  private static final int TIMEOUT_MILLIS = 5000;
  private static final int ATTEMPTS = 5;

  private final Descriptor descriptor;
  private int sequence;

  private NetlinkSocket(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  static NetlinkSocket open() throws NativeException {
    return new NetlinkSocket(
        Sockets.open(LibC.AF_NETLINK, LibC.SOCK_RAW, NETLINK_ROUTE, "netlink socket"));
  }

  /** A socket that is told of every change of a network interface. */
  static Descriptor openLinkEvents() throws NativeException {
    Descriptor events =
        Sockets.open(LibC.AF_NETLINK, LibC.SOCK_RAW, NETLINK_ROUTE, "netlink events");
    try (Arena arena = Arena.ofConfined()) {
      // struct sockaddr_nl: u16 family @0, u32 port @4, u32 groups @8
      long address = RawMemory.allocate(arena, SOCKADDR_BYTES);
      RawMemory.putShort(address, LibC.AF_NETLINK);
      RawMemory.putInt(address + SOCKADDR_GROUPS, RTMGRP_LINK);
      int result = LibC.bind(events.fd(), address, SOCKADDR_BYTES);
      if (result < 0) {
        events.close();
        throw new NativeException("bind netlink events", -result);
      }
      return events;
    }
  }

  /**
   * Sends {@code request} and returns what the kernel told before it acknowledged. A listing that
   * changed while the kernel wrote it is asked for again.
   *
   * @param call what it is about, for the exception
   * @throws NativeException with the error that the kernel answered
   */
  List<NetlinkMessage> exchange(String call, NetlinkRequest request) throws NativeException {
    try (Arena arena = Arena.ofConfined()) {
      long buffer = RawMemory.allocate(arena, DATAGRAM_BYTES);
      for (int attempt = 1; ; attempt++) {
        send(call, request.encode(++sequence), buffer);
        List<NetlinkMessage> answer = answer(call, buffer);
        boolean torn = answer.stream().anyMatch(m -> (m.flags() & NLM_F_DUMP_INTR) != 0);
        if (!torn || attempt == ATTEMPTS) {
          return answer;
        }
      }
    }
  }

  @Override
  public void close() {
    descriptor.close();
  }

  private void send(String call, byte[] message, long buffer) throws NativeException {
    RawMemory.copy(message, 0, buffer, message.length);
    int result = LibC.sendto(descriptor.fd(), buffer, message.length, 0, 0, 0);
    if (result < 0) {
      throw new NativeException(call, -result);
    }
  }

  private List<NetlinkMessage> answer(String call, long buffer) throws NativeException {
    List<NetlinkMessage> answer = new ArrayList<>();
    while (true) {
      for (NetlinkMessage message : NetlinkMessage.parse(receive(call, buffer))) {
        if (message.sequence() != sequence) {
          continue; // the late answer to a request that was given up
        }
        switch (message.type()) {
          case NLMSG_ERROR, NLMSG_DONE -> {
            int result = message.u32(0);
            if (result < 0) {
              throw new NativeException(call, -result, advice(-result));
            }
            return answer;
          }
          default -> answer.add(message);
        }
      }
    }
  }

  private byte[] receive(String call, long buffer) throws NativeException {
    if (!Poll.readable(descriptor.fd(), TIMEOUT_MILLIS)) {
      throw new NativeException(call, Errno.ETIMEDOUT, "the kernel didn't answer over netlink");
    }
    int result = LibC.recvfrom(descriptor.fd(), buffer, DATAGRAM_BYTES, LibC.MSG_TRUNC, 0, 0);
    if (result < 0) {
      throw new NativeException(call, -result);
    }
    if (result > DATAGRAM_BYTES) {
      throw new NativeException(call, Errno.EMSGSIZE, "the kernel's answer has " + result);
    }
    byte[] datagram = new byte[result];
    RawMemory.copy(buffer, datagram, 0, result);
    return datagram;
  }

  private static String advice(int errno) {
    return switch (errno) {
      case Errno.EPERM -> "run as root or with CAP_NET_ADMIN";
      case Errno.ENODEV -> "there is no such interface in this network namespace";
      default -> "";
    };
  }
}
