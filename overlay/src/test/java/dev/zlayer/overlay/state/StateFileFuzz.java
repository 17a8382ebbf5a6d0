package dev.zlayer.overlay.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.FuzzCorpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever a state file holds: it is refused in words that don't give its keys away, or it is
 * saved, with the fields that we don't know, as it was loaded.
 */
final class StateFileFuzz {
  /** Bob of RFC 7748, section 6.1, who stands in the corpus. */
  private static final String PRIVATE_KEY = "XasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os=";

  private static final DataDirectory DIRECTORY = new DataDirectory(FuzzCorpus.scratchFolder());

  private StateFileFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    Files.write(DIRECTORY.stateFile(), data);
    try {
      check(data);
    } finally {
      Files.delete(DIRECTORY.stateFile());
    }
  }

  private static void check(byte[] data) throws IOException {
    StateFile file;
    try {
      file = StateFile.load(DIRECTORY);
    } catch (StateFileException e) {
      assertFalse(e.getMessage().isEmpty());
      assertTrue(isPublic(data) || !e.getMessage().contains(PRIVATE_KEY), e.getMessage());
      return;
    }
    NodeState state = file.state();
    file.save(state);
    assertEquals(state, StateFile.load(DIRECTORY).state());
    Set<String> names = names(data);
    names.removeAll(names(Files.readAllBytes(DIRECTORY.stateFile())));
    assertEquals(Set.of(), names, "lost fields");
  }

  /** Whether the private key also stands where no private key belongs. */
  private static boolean isPublic(byte[] data) {
    return new String(data, StandardCharsets.UTF_8)
        .replaceAll("\"(private_key|preshared_key)\"\\s*:\\s*\"\\Q" + PRIVATE_KEY + "\\E\"", "")
        .contains(PRIVATE_KEY);
  }

  private static Set<String> names(byte[] json) {
    return new HashSet<>(JsonMapper.shared().readTree(json).propertyNames());
  }
}
