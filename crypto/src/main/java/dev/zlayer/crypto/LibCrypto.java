package dev.zlayer.crypto;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * OpenSSL's libcrypto, version 3 or newer: finding it, its memory and its errors.
 *
 * <p>Pointers are plain {@code long} addresses, so that a call allocates nothing. Initialising this
 * class loads the library and throws {@link UnsatisfiedLinkError}, with the reason, where that
 * can't be done.
 */
final class LibCrypto {
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  static final long NULL = 0;

  private static final List<String> FILES = List.of("libcrypto.so.3", "libcrypto.so");
  private static final String REMEDY = "install OpenSSL 3 (Debian: libssl3)";
  private static final int OLDEST_MAJOR = 3;
  private static final int MESSAGE_BYTES = 256;

  private static final SymbolLookup LIBRARY = load();
  private static final String VERSION = version();

  private static final MethodHandle ALLOCATE = function("CRYPTO_zalloc", LONG, LONG, LONG, INT);
  private static final MethodHandle FREE = procedure("CRYPTO_clear_free", LONG, LONG, LONG, INT);
  private static final MethodHandle NEXT_ERROR = function("ERR_get_error", LONG);
  private static final MethodHandle CLEAR_ERRORS = procedure("ERR_clear_error");
  private static final MethodHandle DESCRIBE_ERROR =
      procedure("ERR_error_string_n", LONG, LONG, LONG);

  private LibCrypto() {}

  /** A handle for the function {@code name}; that a library lacks it is an error of linking. */
  static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.of(result, arguments));
  }

  /** A handle for the function {@code name}, which returns nothing. */
  static MethodHandle procedure(String name, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.ofVoid(arguments));
  }

  /** The library's version: {@code "3.0.19"}. */
  static String versionText() {
    return VERSION;
  }

  /** Allocates zeroed memory, which {@link #free} gives back. */
  static long allocate(long bytes) {
    try {
      long address = (long) ALLOCATE.invokeExact(bytes, NULL, 0);
      if (address == NULL) {
        throw new OutOfMemoryError("CRYPTO_zalloc has no " + bytes + " bytes");
      }
      return address;
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Erases and frees what {@link #allocate} gave. */
  static void free(long address, long bytes) {
    try {
      FREE.invokeExact(address, bytes, NULL, 0);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Throws unless {@code result}, which {@code call} returned, is 1 and so tells of success. */
  static void requireSuccess(String call, int result) {
    if (result != 1) {
      throw failure(call);
    }
  }

  /** The {@code address} that {@code call} returned, unless it is null and so tells of failure. */
  static long requirePointer(String call, long address) {
    if (address == NULL) {
      throw failure(call);
    }
    return address;
  }

  /** Forgets what the library noted down about a failure that is no surprise. */
  static void clearErrors() {
    try {
      CLEAR_ERRORS.invokeExact();
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** What to throw for {@code thrown}, out of a native call that throws nothing checked. */
  static RuntimeException unchecked(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException("a native call threw", thrown);
    };
  }

  private static IllegalStateException failure(String call) {
    long message = allocate(MESSAGE_BYTES);
    try {
      DESCRIBE_ERROR.invokeExact((long) NEXT_ERROR.invokeExact(), message, (long) MESSAGE_BYTES);
      clearErrors();
      return new IllegalStateException(call + " of libcrypto " + VERSION + ": " + text(message));
    } catch (Throwable t) {
      throw unchecked(t);
    } finally {
      free(message, MESSAGE_BYTES);
    }
  }

  /** The text at {@code address}, which ends with a zero byte. */
  static String text(long address) {
    int length = 0;
    while (RawMemory.getUnsignedByte(address + length) != 0) {
      length++;
    }
    byte[] bytes = new byte[length];
    RawMemory.copy(address, bytes, 0, length);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** A handle for the function at {@code address}. */
  static MethodHandle link(long address, FunctionDescriptor signature, Linker.Option... options) {
    return Linker.nativeLinker()
        .downcallHandle(MemorySegment.ofAddress(address), signature, options);
  }

  private static MethodHandle link(String name, FunctionDescriptor signature) {
    return LIBRARY
        .find(name)
        .map(symbol -> Linker.nativeLinker().downcallHandle(symbol, signature))
        .orElseThrow(() -> new UnsatisfiedLinkError("this libcrypto has no " + name));
  }

  private static SymbolLookup load() {
    for (String file : FILES) {
      try {
        return SymbolLookup.libraryLookup(file, Arena.global());
      } catch (IllegalArgumentException _) {
        // Not under this name; what remains without any is told below.
      }
    }
    throw new UnsatisfiedLinkError("no " + String.join(" or ", FILES) + " here: " + REMEDY);
  }

  private static String version() {
    try {
      long number = (long) function("OpenSSL_version_num", LONG).invokeExact();
      long major = number >>> 28;
      if (major < OLDEST_MAJOR) {
        throw new UnsatisfiedLinkError("this libcrypto is older than version 3: " + REMEDY);
      }
      return major + "." + (number >>> 20 & 0xff) + "." + (number >>> 4 & 0xff);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }
}
