package dev.zlayer.crypto;

import static dev.zlayer.crypto.LibCrypto.INT;
import static dev.zlayer.crypto.LibCrypto.LONG;
import static dev.zlayer.crypto.LibCrypto.NULL;
import static dev.zlayer.crypto.LibCrypto.requirePointer;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * An algorithm of libcrypto's default provider, by the functions that the provider itself publishes
 * for it (core_dispatch.h, provider-base(7)): what EVP calls in the end.
 *
 * @param functions the address of its table of functions
 */
record ProviderAlgorithm(String name, long functions) {
  /** OSSL_OP_CIPHER. */
  static final int CIPHER = 2;

  /** OSSL_OP_MAC. */
  static final int MAC = 3;

  private static final MethodHandle LOAD =
      LibCrypto.function("OSSL_PROVIDER_try_load", LONG, LONG, LONG, INT);
  private static final MethodHandle QUERY =
      LibCrypto.function("OSSL_PROVIDER_query_operation", LONG, LONG, INT, LONG);
  private static final MethodHandle CONTEXT =
      LibCrypto.function("OSSL_PROVIDER_get0_provider_ctx", LONG, LONG);

  private static final int KEEP_FALLBACKS = 1;

  // OSSL_ALGORITHM and OSSL_DISPATCH: arrays that end with a null.
  private static final int ALGORITHM_FUNCTIONS = 16;
  private static final int ALGORITHM_BYTES = 32;
  private static final int DISPATCH_FUNCTION = 8;
  private static final int DISPATCH_BYTES = 16;

  /** Stays loaded, so that what it gave stays valid. */
  private static final long PROVIDER = load();

  /**
   * Finds an algorithm.
   *
   * @param operation {@link #CIPHER} or {@link #MAC}
   * @throws UnsatisfiedLinkError if the provider has none of that name
   */
  static ProviderAlgorithm find(int operation, String name) {
    try (Arena arena = Arena.ofConfined()) {
      long noCache = RawMemory.allocate(arena, Integer.BYTES);
      long entry = (long) QUERY.invokeExact(PROVIDER, operation, noCache);
      for (; entry != NULL && RawMemory.getLong(entry) != NULL; entry += ALGORITHM_BYTES) {
        String[] names = LibCrypto.text(RawMemory.getLong(entry)).split(":");
        if (Arrays.stream(names).anyMatch(name::equalsIgnoreCase)) {
          return new ProviderAlgorithm(name, RawMemory.getLong(entry + ALGORITHM_FUNCTIONS));
        }
      }
      throw new UnsatisfiedLinkError("libcrypto's default provider has no " + name);
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }

  /** A handle for the function with the number {@code id}. */
  MethodHandle function(int id, MemoryLayout result, MemoryLayout... arguments) {
    return link(id, FunctionDescriptor.of(result, arguments));
  }

  /**
   * As {@link #function}, for one that is through at once and is called for each packet: the thread
   * doesn't tell the JVM that it leaves it, and a collection waits until it is back.
   */
  MethodHandle shortFunction(int id, MemoryLayout result, MemoryLayout... arguments) {
    return link(id, FunctionDescriptor.of(result, arguments), Linker.Option.critical(false));
  }

  /** A handle for the function with the number {@code id}, which returns nothing. */
  MethodHandle procedure(int id, MemoryLayout... arguments) {
    return link(id, FunctionDescriptor.ofVoid(arguments));
  }

  /** What the functions that make a context want. */
  static long providerContext() {
    try {
      return (long) CONTEXT.invokeExact(PROVIDER);
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }

  private MethodHandle link(int id, FunctionDescriptor signature, Linker.Option... options) {
    for (long entry = functions; RawMemory.getInt(entry) != 0; entry += DISPATCH_BYTES) {
      if (RawMemory.getInt(entry) == id) {
        return LibCrypto.link(RawMemory.getLong(entry + DISPATCH_FUNCTION), signature, options);
      }
    }
    throw new UnsatisfiedLinkError(name + " of libcrypto has no function " + id);
  }

  private static long load() {
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom("default").address();
      return requirePointer(
          "OSSL_PROVIDER_try_load", (long) LOAD.invokeExact(NULL, name, KEEP_FALLBACKS));
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }
}
