package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class NetworkNamespaceTest {
  private static final Path OURS = Path.of("/proc/thread-self/ns/net");

  @Test
  void namesAMissingNamespace() {
    var e =
        assertThrows(
            NativeException.class,
            () -> NetworkNamespace.call(Path.of("/run/netns/zl-none"), () -> 1));
    assertEquals(
        "open /run/netns/zl-none: ENOENT (No such file or directory):"
            + " ip netns list shows the named ones",
        e.getMessage());
  }

  @Test
  @Tag("root")
  void refusesAFileThatIsNoNamespace() {
    var e =
        assertThrows(
            NativeException.class, () -> NetworkNamespace.call(Path.of("/dev/null"), () -> 1));
    assertEquals("EINVAL", e.errnoName());
  }

  @Test
  @Tag("root")
  void runsWorkInsideAndLeavesTheCallerOutside() throws Exception {
    try (TestNamespace namespace = TestNamespace.create()) {
      Path before = Files.readSymbolicLink(OURS);
      Path inside = namespace.call(() -> Files.readSymbolicLink(OURS));
      assertNotEquals(before, inside);
      assertEquals(before, Files.readSymbolicLink(OURS));
    }
  }

  @Test
  @Tag("root")
  void carriesExceptionsToTheCaller() throws Exception {
    try (TestNamespace namespace = TestNamespace.create()) {
      var failure = new IllegalStateException("inside");
      var thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  namespace.call(() -> {
                    throw failure;
                  }));
      assertSame(failure, thrown);
    }
  }

  @Test
  @Tag("root")
  void endsItsWorkBeforeItPassesAnInterruptOn() throws Exception {
    try (TestNamespace namespace = TestNamespace.create()) {
      AtomicBoolean ended = new AtomicBoolean();
      Thread.currentThread().interrupt();
      assertThrows(
          InterruptedException.class,
          () ->
              namespace.call(() -> {
                assertThrows(InterruptedException.class, new CountDownLatch(1)::await);
                Thread.sleep(100);
                ended.set(true);
                return 0;
              }));
      assertTrue(ended.get());
    }
  }
}
