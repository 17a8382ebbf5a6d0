package dev.zlayer.overlay.resolver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.ResolverMode;
import dev.zlayer.overlay.resolver.plan.MarkedBlock;
import dev.zlayer.overlay.resolver.plan.Trace;
import dev.zlayer.overlay.state.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a node that was killed, at any moment of its doing. */
class CleanUpTest {
  private static final String BEFORE = "127.0.0.1 localhost\n";

  @TempDir private Path folder;
  private DataDirectory directory;
  private Path hosts;

  @BeforeEach
  void aNodeHasBegun() throws IOException {
    directory = new DataDirectory(folder.resolve("node"));
    directory.create();
    hosts = Files.writeString(folder.resolve("hosts"), BEFORE);
    TraceFile.in(directory).write(new Trace(ResolverMode.HOSTS, "zl0", hosts));
  }

  private Optional<String> cleanUp() {
    return OverlayBootstrap.cleanUp(directory.path());
  }

  @Test
  void whatWasDoneIsUndoneOnce() throws IOException {
    new SharedFile(hosts).edit(text -> new MarkedBlock("zl0").put(text, List.of("10.200.0.1 a")));
    assertEquals(Optional.of("block of zl0 in " + hosts), cleanUp());
    assertEquals(BEFORE, Files.readString(hosts));
    assertEquals(Optional.empty(), cleanUp());
  }

  @Test
  void whatWasOnlyBegunOrIsGoneAlreadyIsForgotten() throws IOException {
    assertTrue(cleanUp().isPresent());
    assertEquals(BEFORE, Files.readString(hosts));
    TraceFile.in(directory).write(new Trace(ResolverMode.HOSTS, "zl0", folder.resolve("none")));
    assertTrue(cleanUp().isPresent());
    TraceFile.in(directory)
        .write(new Trace(ResolverMode.RESOLVCONF, "zl0", folder.resolve("uninstalled")));
    assertTrue(cleanUp().isPresent());
    assertFalse(Files.exists(directory.resolverFile()));
  }

  /** A command that keeps what it is told, in the place of resolvconf. */
  @Test
  void resolvconfIsToldToForget() throws IOException {
    Path told = folder.resolve("told");
    Path command = Files.writeString(folder.resolve("resolvconf"), "#!/bin/sh\necho $* >" + told);
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
    TraceFile.in(directory).write(new Trace(ResolverMode.RESOLVCONF, "tun0.zl0.zlayer", command));
    assertEquals(Optional.of("record tun0.zl0.zlayer of resolvconf"), cleanUp());
    assertEquals("-d tun0.zl0.zlayer -f\n", Files.readString(told));
  }

  @Test
  void whatFailsIsKeptForAnotherAttempt() throws IOException {
    Path command =
        Files.writeString(folder.resolve("resolvconf"), "#!/bin/sh\necho no >&2; exit 3");
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
    TraceFile.in(directory).write(new Trace(ResolverMode.RESOLVCONF, "tun0.zl0.zlayer", command));
    var refusal = assertThrows(OverlayException.class, this::cleanUp);
    assertTrue(refusal.getMessage().contains("no (exit code 3)"), refusal.getMessage());
    assertTrue(Files.exists(directory.resolverFile()));
  }

  @Test
  void aDamagedTraceIsNamed() throws IOException {
    Files.writeString(directory.resolverFile(), "{\"through\":\"rm\"}");
    var refusal = assertThrows(OverlayException.class, this::cleanUp);
    assertTrue(refusal.getMessage().contains("overlay_resolver.json"), refusal.getMessage());
  }
}
