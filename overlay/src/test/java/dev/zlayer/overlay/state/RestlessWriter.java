package dev.zlayer.overlay.state;

import dev.zlayer.overlay.HostPort;
import java.nio.file.Path;
import java.util.Optional;

/** A process that saves one state after the other until it is killed, each with its number. */
final class RestlessWriter {
  private RestlessWriter() {}

  public static void main(String[] arguments) {
    StateFile file = StateFile.load(new DataDirectory(Path.of(arguments[0])));
    for (int port = 1; ; port = port % 65535 + 1) {
      HostPort endpoint = new HostPort("n" + port + ".example.org", port);
      file.save(file.state().withEndpoint(Optional.of(endpoint)));
      if (port == 1) {
        System.out.println("saved");
      }
    }
  }
}
