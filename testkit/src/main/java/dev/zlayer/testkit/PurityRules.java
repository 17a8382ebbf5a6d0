package dev.zlayer.testkit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.PackageMatcher;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Proves from the bytecode that packages are pure: no clock, no thread, no randomness, no I/O, no
 * environment, no native code. Pure code gets time and entropy as arguments, so a whole mesh of it
 * runs in one thread under a {@link VirtualClock}.
 *
 * <p>Only the given packages are read; what they call elsewhere is not followed.
 */
public final class PurityRules {
  private static final List<BannedUses> IMPURE =
      List.of(
          BannedUses.of(
              "reads a clock; take the time as an argument",
              "java.lang.System.nanoTime",
              "java.lang.System.currentTimeMillis",
              "java.time.Instant.now()",
              "java.time.InstantSource.system",
              "java.time.Clock.system*",
              "java.time.Clock.tick*(java.time.ZoneId)",
              "java.time.*Date*.now",
              "java.time.*Time.now",
              "java.time.Year*.now",
              "java.time.MonthDay.now",
              "java.util.Date.<init>()",
              "java.util.*Calendar.getInstance",
              "java.util.GregorianCalendar.<init>*"),
          BannedUses.of(
              "starts or blocks a thread; leave threads to the caller",
              "java.lang.Thread",
              "java.lang.Thread$*",
              "java.lang.Object.wait",
              "java.util.Timer*",
              "java.util.concurrent.*Executor*",
              "java.util.concurrent.ForkJoin*",
              "java.util.concurrent.Recursive*",
              "java.util.concurrent.CompletableFuture",
              "java.util.concurrent.StructuredTaskScope*",
              "java.util.concurrent.TimeUnit.sleep",
              "java.util.concurrent.locks.LockSupport",
              "java.util.*.parallelStream",
              "java.util.stream.*Stream.parallel"),
          BannedUses.of(
              "draws randomness; take an entropy source as an argument",
              "java.util.Random",
              "java.util.SplittableRandom",
              "java.util.concurrent.ThreadLocalRandom",
              "java.util.random.RandomGenerator.of",
              "java.util.random.RandomGenerator.getDefault",
              "java.util.random.RandomGeneratorFactory",
              "java.security.SecureRandom",
              "java.lang.*Math.random",
              "java.util.UUID.randomUUID",
              "java.util.Collections.shuffle(java.util.List)"),
          BannedUses.of(
              "touches files",
              "java.io.File*",
              "java.io.RandomAccessFile",
              "java.nio.file.File*",
              "java.nio.file.Watch*",
              "java.nio.file.Path.toRealPath",
              "java.nio.channels.*",
              "java.util.zip.ZipFile",
              "java.util.jar.JarFile"),
          BannedUses.of(
              "touches the network",
              "java.net.*Socket",
              "java.net.NetworkInterface",
              "java.net.URL",
              "java.net.*URLConnection",
              "java.net.http.*",
              "javax.net.*",
              "java.net.Inet*Address.getByName",
              "java.net.Inet*Address.getAllByName",
              "java.net.Inet*Address.getLocalHost",
              "java.net.Inet*Address.getHostName",
              "java.net.Inet*Address.getCanonicalHostName",
              "java.net.Inet*Address.isReachable",
              "java.net.InetSocketAddress.<init>(java.lang.String,int)"),
          BannedUses.of(
              "depends on the process it runs in; take the value as an argument",
              "java.lang.System.getenv",
              "java.lang.System.getProp*",
              "java.lang.System.setProp*",
              "java.lang.System.clearProperty",
              "java.lang.System.exit",
              "java.lang.Boolean.getBoolean",
              "java.lang.Integer.getInteger",
              "java.lang.Long.getLong",
              "java.lang.Runtime",
              "java.lang.Process*"),
          BannedUses.of(
              "prints or logs; return what happened instead",
              "java.lang.System.out",
              "java.lang.System.err",
              "java.lang.System.in",
              "java.lang.System.console",
              "java.lang.System.getLogger",
              "java.lang.System$Logger*",
              "java.lang.*.printStackTrace",
              "java.io.Console",
              "java.util.logging.*",
              "org.slf4j.*"),
          BannedUses.of(
              "calls native code",
              "java.lang.foreign.Linker*",
              "java.lang.foreign.SymbolLookup",
              "java.lang.System.load*"));

  private PurityRules() {}

  /**
   * Fails with one line for each impure use.
   *
   * @param anchor a class of the module; the jar or folder it was loaded from is what is read
   * @param packages what must be pure; {@code dev.zlayer.wireguard..} includes packages below
   * @throws AssertionError on an impure use, and when a package has no class: a rule that saw
   *     nothing proves nothing
   */
  public static void assertPure(Class<?> anchor, String... packages) {
    Collection<JavaClass> module = importNextTo(anchor);
    for (String name : packages) {
      PackageMatcher matcher = PackageMatcher.of(name);
      List<JavaClass> classes =
          module.stream().filter(type -> matcher.matches(type.getPackageName())).toList();
      if (classes.isEmpty()) {
        throw new AssertionError("no class of " + name + " next to " + anchor.getName());
      }
      assertPure(classes);
    }
  }

  static void assertPure(Collection<JavaClass> classes) {
    List<String> uses = classes.stream().flatMap(PurityRules::impureUses).sorted().toList();
    if (!uses.isEmpty()) {
      throw new AssertionError("not pure:\n" + String.join("\n", uses));
    }
  }

  private static Stream<String> impureUses(JavaClass type) {
    return IMPURE.stream().flatMap(banned -> banned.in(type));
  }

  private static Collection<JavaClass> importNextTo(Class<?> anchor) {
    try {
      Location location =
          Location.of(anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new ClassFileImporter().importLocations(List.of(location));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the location of " + anchor.getName() + " is no URI", e);
    }
  }
}
