package dev.zlayer.linux;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;

/**
 * The {@code virtio_net_hdr} that goes with each packet of a TUN device: whether its checksum is
 * still to be finished, and into which segments it is to be cut. In native memory, which lives as
 * long as this object. Not thread safe.
 */
final class VirtioHeader {
  static final int BYTES = 10;

  static final int GSO_NONE = 0;
  static final int GSO_TCPV4 = 1;
  static final int GSO_TCPV6 = 4;
  static final int GSO_UDP_L4 = 5;

  private static final int NEEDS_CSUM = 1;
  private static final int GSO_ECN = 0x80;

  // struct virtio_net_hdr: u8 flags @0, u8 gso_type @1, u16 hdr_len @2, u16 gso_size @4,
  // u16 csum_start @6, u16 csum_offset @8
  private static final int GSO_TYPE = 1;
  private static final int HEADER_LENGTH = 2;
  private static final int GSO_SIZE = 4;
  private static final int CHECKSUM_START = 6;
  private static final int CHECKSUM_OFFSET = 8;

  /** Kept reachable: its memory goes when nobody has the arena any more. */
  @SuppressWarnings("unused")
  private final Arena arena;

  private final long address;

  VirtioHeader() {
    this(Arena.ofAuto());
  }

  /** One in memory that lives as long as any that is made with {@code arena}. */
  VirtioHeader(Arena arena) {
    this.arena = arena;
    this.address = RawMemory.allocate(arena, BYTES);
  }

  long address() {
    return address;
  }

  /** Whether the checksum covers the pseudo header only. */
  boolean needsChecksum() {
    return (RawMemory.getUnsignedByte(address) & NEEDS_CSUM) != 0;
  }

  /** One of the constants here, or a kind that we didn't ask for. */
  int gsoType() {
    return RawMemory.getUnsignedByte(address + GSO_TYPE) & ~GSO_ECN;
  }

  /** Payload bytes of each segment; the last one may have fewer. */
  int segmentBytes() {
    return RawMemory.getUnsignedShort(address + GSO_SIZE);
  }

  /** Where what the checksum covers begins, but for the pseudo header. */
  int checksumStart() {
    return RawMemory.getUnsignedShort(address + CHECKSUM_START);
  }

  /** Where the checksum stands, from {@link #checksumStart} on. */
  int checksumOffset() {
    return RawMemory.getUnsignedShort(address + CHECKSUM_OFFSET);
  }

  /** A packet that is what it seems. */
  void setPlain() {
    RawMemory.fill(address, BYTES, 0);
  }

  /** A packet whose checksum is to be finished. */
  void setUnfinished(int checksumStart, int checksumOffset) {
    setPlain();
    RawMemory.putByte(address, NEEDS_CSUM);
    RawMemory.putShort(address + CHECKSUM_START, checksumStart);
    RawMemory.putShort(address + CHECKSUM_OFFSET, checksumOffset);
  }

  /** A packet that is to be cut into segments, each of which gets its checksum then. */
  void setSegments(
      int gsoType, int segmentBytes, int headerBytes, int checksumStart, int checksumOffset) {
    setUnfinished(checksumStart, checksumOffset);
    RawMemory.putByte(address + GSO_TYPE, gsoType);
    RawMemory.putShort(address + HEADER_LENGTH, headerBytes);
    RawMemory.putShort(address + GSO_SIZE, segmentBytes);
  }
}
