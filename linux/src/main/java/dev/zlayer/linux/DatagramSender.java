package dev.zlayer.linux;

import static dev.zlayer.linux.Errno.EADDRNOTAVAIL;
import static dev.zlayer.linux.Errno.EAGAIN;
import static dev.zlayer.linux.Errno.EBADF;
import static dev.zlayer.linux.Errno.EFAULT;
import static dev.zlayer.linux.Errno.EINTR;
import static dev.zlayer.linux.Errno.EINVAL;
import static dev.zlayer.linux.Errno.EIO;
import static dev.zlayer.linux.Errno.EMSGSIZE;
import static dev.zlayer.linux.Errno.ENETUNREACH;
import static dev.zlayer.linux.Errno.ENODEV;
import static dev.zlayer.linux.Errno.ENOPROTOOPT;
import static dev.zlayer.linux.Errno.ENOSYS;
import static dev.zlayer.linux.Errno.ENOTSOCK;
import static dev.zlayer.linux.Errno.EOPNOTSUPP;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.util.function.Consumer;

/**
 * The sending half of a {@link UdpSocket}. Neighbours of a batch that go the same way and have one
 * size, but for the last, are one message, which the kernel, or with luck the network card, cuts
 * into datagrams. Not thread safe; the caller fences it.
 *
 * <p>Where that is refused the datagrams go out singly. Datagrams longer than the path's MTU always
 * must, to be fragmented: that is no news. After {@value #REFUSALS} other refusals in a row, or one
 * that can only be for good, it isn't tried any more.
 */
final class DatagramSender {
  /** Datagrams that the kernel cuts a message into at most. */
  static final int MAX_SEGMENTS = 64;

  /** Bytes of a message at most, what an IPv4 packet has room for. */
  static final int MAX_BYTES = 65507;

  private static final int SEND_WAIT_MILLIS = 10;
  private static final int REFUSALS = 64;

  private final Descriptor descriptor;
  private final int family;
  private final Consumer<String> notices;

  private MessageArray messages = new MessageArray(1);

  /** Where in the batch the packets of each message begin and end; end of the former apart. */
  private int[] firsts = new int[1];

  private int[] ends = new int[1];

  private boolean segmenting;
  private int refusalsInARow;

  DatagramSender(Descriptor descriptor, int family, Consumer<String> notices) {
    this.descriptor = descriptor;
    this.family = family;
    this.notices = notices;
    this.segmenting = ControlData.canSegment(descriptor);
  }

  /** As {@link UdpSocket#send}. */
  int send(PacketBatch batch) throws NativeException {
    if (messages.capacity() < batch.size()) {
      messages = new MessageArray(batch.capacity());
      firsts = new int[batch.capacity()];
      ends = new int[batch.capacity()];
    }
    return transmit(batch);
  }

  private int transmit(PacketBatch batch) throws NativeException {
    int count = stage(batch, 0, 0);
    int next = 0;
    int sent = 0;
    int refusal = 0;
    boolean waited = false;
    int flags = LibC.MSG_DONTWAIT | LibC.MSG_NOSIGNAL;
    while (next < count) {
      int result = LibC.sendmmsg(descriptor.fd(), messages.header(next), count - next, flags);
      if (result > 0) {
        countRefusals(next, result, refusal);
        refusal = 0;
        sent += packets(next, result);
        next += result;
        continue;
      }
      if (isSegmented(next) && mayBeForSegmenting(-result)) {
        refusal = -result;
        count = stage(batch, firsts[next], ends[next]);
        next = 0;
        continue;
      }
      switch (-result) {
        case EINTR -> {}
        case EAGAIN -> {
          if (waited || !Poll.writable(descriptor.fd(), SEND_WAIT_MILLIS)) {
            return sent;
          }
          waited = true;
        }
        case EBADF, EFAULT, ENOTSOCK, ENOSYS ->
            throw new NativeException("sendmmsg " + descriptor.name(), -result);
        case EINVAL, EADDRNOTAVAIL, ENETUNREACH, ENODEV -> {
          // If the address that it was to leave from is gone, another one will do.
          refusal = 0;
          if (!dropLocalAddress(batch, next, count)) {
            next++;
          }
        }
        default -> { // the fault of the message that stands first: go on behind it
          refusal = 0;
          next++;
        }
      }
    }
    return sent;
  }

  /**
   * Makes messages of the packets of {@code batch} from {@code first} on, of those before {@code
   * singlesEnd} one each; returns how many.
   */
  private int stage(PacketBatch batch, int first, int singlesEnd) {
    int count = 0;
    int next = first;
    while (next < batch.size()) {
      PacketBuffer packet = batch.get(next);
      if (family == LibC.AF_INET && !packet.endpoint().isIpv4()) {
        next++;
        continue;
      }
      int end = segmenting && next >= singlesEnd ? runEnd(batch, next) : next + 1;
      messages.addressAs(count, packet, family);
      messages.gather(count, next, end - next);
      if (end - next > 1) {
        messages.segment(count, packet.length());
      }
      for (int i = next; i < end; i++) {
        messages.put(i, batch.get(i));
      }
      firsts[count] = next;
      ends[count] = end;
      count++;
      next = end;
    }
    return count;
  }

  /**
   * Where the run of packets that one message can carry, and that begins at {@code first}, ends.
   */
  private static int runEnd(PacketBatch batch, int first) {
    PacketBuffer head = batch.get(first);
    int segmentBytes = head.length();
    int limit = Math.min(batch.size(), first + MAX_SEGMENTS);
    int bytes = segmentBytes;
    int end = first + 1;
    while (end < limit) {
      PacketBuffer packet = batch.get(end);
      int length = packet.length();
      bytes += length;
      if (length == 0 || length > segmentBytes || bytes > MAX_BYTES || !goAlike(head, packet)) {
        break;
      }
      end++;
      if (length < segmentBytes) {
        break;
      }
    }
    return end;
  }

  private static boolean goAlike(PacketBuffer one, PacketBuffer other) {
    return one.ecn() == other.ecn()
        && one.endpoint().equals(other.endpoint())
        && one.localAddress().equals(other.localAddress());
  }

  private boolean isSegmented(int message) {
    return ends[message] - firsts[message] > 1;
  }

  /** Packets of the {@code count} messages from {@code first} on. */
  private int packets(int first, int count) {
    int packets = 0;
    for (int i = first; i < first + count; i++) {
      packets += ends[i] - firsts[i];
    }
    return packets;
  }

  private static boolean mayBeForSegmenting(int errno) {
    return isForGood(errno)
        || switch (errno) {
          case EINVAL, EMSGSIZE, EADDRNOTAVAIL, ENETUNREACH, ENODEV -> true;
          default -> false;
        };
  }

  private static boolean isForGood(int errno) {
    return errno == EIO || errno == ENOPROTOOPT || errno == EOPNOTSUPP;
  }

  /**
   * Takes note that {@code count} messages from {@code first} on went out.
   *
   * @param refusal why the first one's packets couldn't be part of a larger one; 0 if they could
   */
  private void countRefusals(int first, int count, int refusal) {
    if (refusal != 0) {
      refusalsInARow += refusal == EMSGSIZE ? 0 : 1;
      if (segmenting && (isForGood(refusal) || refusalsInARow == REFUSALS)) {
        segmenting = false;
        notices.accept(
            "the kernel or a link refuses to cut messages into datagrams ("
                + Errno.describe(refusal)
                + "); from now on they are sent one by one");
      }
    } else {
      for (int i = first; i < first + count && refusalsInARow > 0; i++) {
        if (isSegmented(i)) {
          refusalsInARow = 0;
        }
      }
    }
  }

  /**
   * Leaves it to the kernel from which address message {@code first} is sent, and with it those
   * before {@code end} that go the same way and aren't cut; returns whether that is news.
   */
  private boolean dropLocalAddress(PacketBatch batch, int first, int end) {
    PacketBuffer failed = batch.get(firsts[first]);
    if (!messages.dropLocalAddress(first, failed)) {
      return false;
    }
    for (int i = first + 1; i < end; i++) {
      PacketBuffer packet = batch.get(firsts[i]);
      if (!isSegmented(i)
          && packet.localAddress().equals(failed.localAddress())
          && packet.endpoint().equals(failed.endpoint())) {
        boolean ignored = messages.dropLocalAddress(i, packet);
      }
    }
    return true;
  }
}
