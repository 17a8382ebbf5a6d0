package dev.zlayer.testkit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.PackageMatcher;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Proves from the bytecode that native code is called, and memory taken without bounds, in few
 * places: whoever hunts a crash of the JVM looks there and nowhere else.
 */
public final class NativeAccessRules {
  private static final BannedUses NATIVE =
      BannedUses.of(
          "reaches native code or memory without bounds",
          "java.lang.foreign.Linker*",
          "java.lang.foreign.SymbolLookup",
          "java.lang.foreign.MemorySegment.reinterpret",
          "java.lang.foreign.AddressLayout.withTargetLayout",
          "java.lang.System.load*",
          "java.lang.Runtime.load*",
          "sun.misc.Unsafe");

  private NativeAccessRules() {}

  /**
   * Fails with one line for each native access outside of {@code allowed}.
   *
   * @param root the package, as {@code dev.zlayer}, that is read with all below it from the whole
   *     class path
   * @param allowed packages with native access; {@code dev.zlayer.linux..} includes those below
   * @throws AssertionError on such an access, and when {@code root} has no class
   */
  public static void assertConfined(String root, String... allowed) {
    Collection<JavaClass> classes = new ClassFileImporter().importPackages(root);
    if (classes.isEmpty()) {
      throw new AssertionError("no class of " + root + " on the class path");
    }
    List<PackageMatcher> matchers = Stream.of(allowed).map(PackageMatcher::of).toList();
    List<String> uses =
        classes.stream()
            .filter(type -> matchers.stream().noneMatch(m -> m.matches(type.getPackageName())))
            .flatMap(NATIVE::in)
            .sorted()
            .toList();
    if (!uses.isEmpty()) {
      throw new AssertionError(
          "native access outside of its packages:\n" + String.join("\n", uses));
    }
  }
}
