package dev.zlayer.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.memory.RawMemory;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine without a usable libcrypto: a JVM of its own that finds broken ones first. */
final class FallbackTest {
  private static final String PROGRAM =
      """
      import dev.zlayer.crypto.Crypto;

      class Program {
        public static void main(String[] arguments) {
          System.out.println(Crypto.system().name());
          try {
            Crypto.openSsl();
          } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
          }
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  void runsOnThePortableImplementationAndTellsWhy() throws Exception {
    Files.writeString(folder.resolve("libcrypto.so.3"), "not a library");
    Files.writeString(folder.resolve("libcrypto.so"), "not a library");
    assertEquals(
        List.of(
            "jca",
            "OpenSSL can't be used here: no libcrypto.so.3 or libcrypto.so here: install OpenSSL 3"
                + " (Debian: libssl3)"),
        run());
  }

  private List<String> run() throws IOException, InterruptedException, URISyntaxException {
    Path program = Files.writeString(folder.resolve("Program.java"), PROGRAM);
    List<String> classPath = new ArrayList<>();
    for (Class<?> type : List.of(Crypto.class, RawMemory.class, X25519.class)) {
      classPath.add(
          Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--class-path",
                String.join(File.pathSeparator, classPath),
                program.toString())
            .redirectErrorStream(true);
    builder.environment().put("LD_LIBRARY_PATH", folder.toString());
    builder.environment().remove(SystemCrypto.VARIABLE);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.lines().toList();
  }
}
