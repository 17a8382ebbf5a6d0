package dev.zlayer.linux;

import static dev.zlayer.linux.Errno.EAGAIN;
import static dev.zlayer.linux.Errno.EINTR;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;

/**
 * The receiving half of a {@link UdpSocket}. A message that the kernel gives may be a whole run of
 * datagrams of one sender; it is taken apart here, and what a batch has no room for waits for the
 * next one. Not thread safe; the caller fences it.
 */
final class DatagramReceiver {
  private final Descriptor descriptor;
  private final EndpointCache endpoints = new EndpointCache();
  private final LocalAddressCache localAddresses = new LocalAddressCache();

  private final ArrivalBuffers buffers = new ArrivalBuffers();

  /** What came with the last call, and room for more. */
  private PacketBatch arrived;

  /** Tells the kernel of each buffer of {@link #arrived}. */
  private MessageArray messages;

  /** The message that goes on, and how far it has been taken apart. */
  private int current;

  private int offset;

  /** Messages that came; those from {@link #current} on wait. */
  private int count;

  DatagramReceiver(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** Whether datagrams wait that need no call of the kernel. */
  private boolean hasWaiting() {
    return current < count;
  }

  /** Adds what is there to {@code batch} until it is full; returns how many that are. */
  int receive(PacketBatch batch) throws NativeException {
    int before = batch.size();
    if (!hasWaiting()) {
      fetch(batch);
    }
    while (hasWaiting() && !batch.isFull()) {
      takeApart(batch);
    }
    return batch.size() - before;
  }

  private void fetch(PacketBatch batch) throws NativeException {
    prepare(buffers.suiting(batch, batch.capacity()));
    int offered = batch.capacity() - batch.size();
    int result = LibC.recvmmsg(descriptor.fd(), messages.header(0), offered, LibC.MSG_DONTWAIT);
    current = 0;
    offset = 0;
    count = Math.max(result, 0);
    if (result < 0 && result != -EAGAIN && result != -EINTR) {
      throw new NativeException("recvmmsg " + descriptor.name(), -result);
    }
  }

  /** Lets messages be received into {@code target}, of which the last call may have used a few. */
  private void prepare(PacketBatch target) {
    if (target == arrived) {
      for (int i = 0; i < count; i++) {
        PacketBuffer buffer = arrived.get(i);
        buffer.clear(arrived.headroom());
        messages.receiveInto(i, buffer);
      }
      return;
    }
    arrived = target;
    messages = new MessageArray(target.capacity());
    for (int i = 0; i < target.capacity(); i++) {
      messages.receiveInto(i, target.add());
    }
  }

  /** Moves datagrams of the current message to {@code batch}, which isn't full. */
  private void takeApart(PacketBatch batch) {
    PacketBuffer message = arrived.get(current);
    if (offset == 0) {
      if (messages.isTruncated(current) || InetSockaddr.port(messages.address(current)) == 0) {
        next();
        return;
      }
      message.length(messages.length(current));
      message.endpoint(endpoints.find(messages.address(current)));
    }
    int segmentBytes = messages.readControl(current, message, localAddresses);
    if (segmentBytes <= 0 || segmentBytes >= message.length()) {
      boolean ignored = batch.take(arrived, current);
      next();
      return;
    }
    while (offset < message.length() && !batch.isFull()) {
      int bytes = Math.min(segmentBytes, message.length() - offset);
      boolean ignored = batch.takePart(message, offset, bytes);
      offset += bytes;
    }
    if (offset == message.length()) {
      next();
    }
  }

  private void next() {
    current++;
    offset = 0;
  }
}
