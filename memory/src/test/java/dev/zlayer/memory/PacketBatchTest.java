package dev.zlayer.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

class PacketBatchTest {
  private final Arena arena = Arena.ofAuto();

  @Test
  void movesAPacketWithoutCopyingIt() {
    PacketBatch source = PacketBatch.allocate(arena, 2, 64, 16);
    PacketBatch target = PacketBatch.allocate(arena, 2, 64, 16);
    source.add().copyFrom(new byte[] {1, 2, 3});
    long address = source.get(0).address();
    target.move(source, 0);
    source.clear();
    assertEquals(address, target.get(0).address());
    assertArrayEquals(new byte[] {1, 2, 3}, target.get(0).toByteArray());
    assertTrue(source.add().address() != address);
  }

  @Test
  void handsOutEmptyBuffersWithHeadroomUntilItIsFull() {
    PacketBatch batch = PacketBatch.allocate(arena, 2, 64, 16);
    batch.add().copyFrom(new byte[48]);
    batch.clear();
    PacketBuffer buffer = batch.add();
    assertEquals(0, buffer.length());
    assertEquals(16, buffer.headroom());
    assertEquals(48, buffer.tailroom());
    batch.add();
    assertTrue(batch.isFull());
    assertThrows(IndexOutOfBoundsException.class, batch::add);
  }

  @Test
  void checksEveryBoundOfAPacket() {
    PacketBuffer buffer = PacketBuffer.allocate(arena, 32);
    buffer.clear(8);
    buffer.copyFrom(new byte[16]);
    assertThrows(IndexOutOfBoundsException.class, () -> buffer.getUnsignedByte(16));
    assertThrows(IndexOutOfBoundsException.class, () -> buffer.getIntBigEndian(13));
    assertThrows(IndexOutOfBoundsException.class, () -> buffer.putLongLittleEndian(-1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> buffer.growFront(9));
    assertThrows(IndexOutOfBoundsException.class, () -> buffer.trimFront(17));
    assertThrows(IndexOutOfBoundsException.class, () -> buffer.length(25));
    assertThrows(IndexOutOfBoundsException.class, () -> buffer.copyFrom(new byte[25]));
    assertThrows(IllegalStateException.class, buffer::endpoint);
  }

  @Test
  void readsBothByteOrders() {
    PacketBuffer buffer = PacketBuffer.allocate(arena, 32);
    buffer.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) 0x88});
    assertEquals(0x0102, buffer.getUnsignedShortBigEndian(0));
    assertEquals(0x01020304, buffer.getIntBigEndian(0));
    assertEquals(0x04030201, buffer.getIntLittleEndian(0));
    assertEquals(0x0102030405060788L, buffer.getLongBigEndian(0));
    assertEquals(0x8807060504030201L, buffer.getLongLittleEndian(0));
    assertEquals(0x88, buffer.getUnsignedByte(7));
  }

  @Test
  void keepsTheArenaOfABufferThatMovedIn() {
    PacketBatch batch = PacketBatch.allocate(arena, 1, 64, 0);
    WeakReference<Arena> other = moveInFromAnotherArena(batch);
    System.gc();
    assertNotNull(other.get());
    assertEquals(1, batch.size());
  }

  private static WeakReference<Arena> moveInFromAnotherArena(PacketBatch batch) {
    Arena other = Arena.ofAuto();
    PacketBatch source = PacketBatch.allocate(other, 1, 64, 0);
    source.add();
    batch.move(source, 0);
    return new WeakReference<>(other);
  }

  @Test
  void takesByExchangeFromBuffersOfOneSizeAndByCopyFromOthers() {
    PacketBatch alike = PacketBatch.allocate(arena, 1, 64, 16);
    PacketBatch larger = PacketBatch.allocate(arena, 1, 256, 8);
    PacketBatch target = PacketBatch.allocate(arena, 3, 64, 16);
    PacketBuffer exchanged = alike.add();
    larger.add().copyFrom(new byte[] {1, 2, 3, 4});

    assertTrue(target.take(alike, 0));
    assertTrue(target.take(larger, 0));
    assertTrue(target.takePart(larger.get(0), 1, 2));
    assertSame(exchanged, target.get(0));
    assertArrayEquals(new byte[] {1, 2, 3, 4}, target.get(1).toByteArray());
    assertArrayEquals(new byte[] {2, 3}, target.get(2).toByteArray());
    assertEquals(16, target.get(2).headroom());
  }

  @Test
  void leavesOutWhatFitsNoBuffer() {
    PacketBatch larger = PacketBatch.allocate(arena, 1, 256, 0);
    PacketBatch target = PacketBatch.allocate(arena, 1, 64, 16);
    larger.add().length(49);

    assertFalse(target.take(larger, 0));
    assertTrue(target.isEmpty());
    assertTrue(target.takePart(larger.get(0), 0, 48));
    target.clear();
    assertThrows(IndexOutOfBoundsException.class, () -> target.takePart(larger.get(0), 2, 48));
    assertEquals(49, larger.get(0).length());
  }
}
