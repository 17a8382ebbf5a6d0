package dev.zlayer.overlay.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed process and a full disk leave behind. */
class StateFileCrashTest {
  private static final int KILLS = 6;

  @TempDir Path temp;

  @Test
  void killedWriterLeavesAWholeState() throws Exception {
    DataDirectory directory = new DataDirectory(temp);
    putOriginal(directory);
    for (int kill = 0; kill < KILLS; kill++) {
      Process writer = ChildJvm.start(RestlessWriter.class, temp);
      Thread.sleep(20 + 17L * kill);
      writer.destroyForcibly().waitFor();

      StateFile survived = StateFile.load(directory);
      HostPort endpoint = survived.state().endpoint().orElseThrow();
      assertEquals("n" + endpoint.port() + ".example.org", endpoint.host());
      assertEquals(2, survived.state().mesh().peers().size());
    }
  }

  @Test
  @Tag("root")
  void fullDiskLeavesTheOldState() throws Exception {
    run("mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", temp.toString());
    try {
      DataDirectory directory = new DataDirectory(temp);
      putOriginal(directory);
      StateFile file = StateFile.load(directory);
      NodeState before = file.state();
      Files.write(temp.resolve("filler"), new byte[4096]);

      var refusal = assertThrows(StateFileException.class, () -> file.save(before));
      assertTrue(
          refusal.getMessage().contains("can't be written (No space left on device)"),
          refusal.getMessage());
      assertEquals(before, StateFile.load(directory).state());
      assertFalse(Files.exists(AtomicFile.temporary(directory.stateFile())));
    } finally {
      run("umount", temp.toString());
    }
  }

  private static void putOriginal(DataDirectory directory) throws IOException {
    try (InputStream in = StateFileTest.class.getResourceAsStream("original-leader.json")) {
      Files.write(directory.stateFile(), in.readAllBytes());
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertEquals(0, process.waitFor(), String.join(" ", command));
  }
}
