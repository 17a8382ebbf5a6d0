package dev.zlayer.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory straight from the kernel, of which only those pages take room that somebody has touched:
 * buffers may be as large as the largest packet and cost no more than the packets that come.
 */
final class PageMemory {
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final long MAP_FAILED = -1;
  private static final int MADV_NOHUGEPAGE = 15;

  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MADVISE =
      function("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle MUNMAP =
      function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

  private PageMemory() {}

  /**
   * Maps zeroed memory that lives as long as {@code arena}.
   *
   * @param bytes size, at least 1
   * @return its address, that of a page
   * @throws OutOfMemoryError when the kernel has no more
   */
  static long allocate(Arena arena, long bytes) {
    long address = map(bytes);
    MemorySegment.ofAddress(address).reinterpret(bytes, arena, mapped -> unmap(address, bytes));
    return address;
  }

  private static long map(long bytes) {
    try {
      long address =
          (long) MMAP.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (address == MAP_FAILED) {
        throw new OutOfMemoryError("the kernel has no " + bytes + " bytes for packet buffers");
      }
      // One touched byte would else take 2 MiB; a kernel without huge pages refuses, which is fine.
      int ignored = (int) MADVISE.invokeExact(address, bytes, MADV_NOHUGEPAGE);
      return address;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static void unmap(long address, long bytes) {
    try {
      int ignored = (int) MUNMAP.invokeExact(address, bytes);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  private static IllegalStateException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("a native call threw", e);
  }
}
