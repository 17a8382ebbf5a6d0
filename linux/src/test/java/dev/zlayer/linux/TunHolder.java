package dev.zlayer.linux;

import dev.zlayer.memory.PacketBatch;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Another process that holds a TUN interface open until it is closed. */
final class TunHolder implements AutoCloseable {
  private final Process process;

  private TunHolder(Process process) {
    this.process = process;
  }

  static TunHolder start(TestNamespace namespace, String name)
      throws IOException, URISyntaxException {
    String memory =
        Path.of(PacketBatch.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString();
    String classPath =
        String.join(File.pathSeparator, "target/classes", "target/test-classes", memory);
    Process process =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                namespace.path().getFileName().toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                TunHolder.class.getName(),
                name)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.getInputStream().read() < 0) {
      throw new AssertionError("the other process ended with " + process.onExit().join());
    }
    return new TunHolder(process);
  }

  int pid() {
    return (int) process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  static void main(String[] arguments) throws IOException {
    try (TunDevice tun = TunDevice.open(arguments[0])) {
      IO.println("holds " + tun.name());
      System.in.read();
    }
  }
}
