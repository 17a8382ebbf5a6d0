package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LocalServerTest {
  private static final int STARTS = 300;

  @TempDir private Path directory;

  /** What {@code wg show} does before it removes a socket that it takes for a dead one. */
  private static boolean refuses(Path path) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return !channel.isConnected();
    } catch (ConnectException e) {
      return true;
    } catch (SocketException notThere) {
      return false;
    }
  }

  @Test
  void refusesNobodyWhoFindsIt() throws Exception {
    Path path = directory.resolve("wg0.sock");
    AtomicBoolean stopped = new AtomicBoolean();
    AtomicInteger refusals = new AtomicInteger();
    Thread asking =
        Thread.ofPlatform()
            .start(() -> {
              while (!stopped.get()) {
                try {
                  if (refuses(path)) {
                    refusals.incrementAndGet();
                  }
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              }
            });
    for (int i = 0; i < STARTS; i++) {
      try (LocalServer server = LocalServer.bind(path, 4)) {
        server.start(_ -> {});
      }
    }
    stopped.set(true);
    asking.join();
    assertEquals(0, refusals.get());
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void goesOnWhereAStartWasCut() throws IOException {
    Path path = directory.resolve("wg0.sock");
    Files.createFile(directory.resolve("wg0.new"));
    try (LocalServer _ = LocalServer.bind(path, 4);
        Stream<Path> made = Files.list(directory)) {
      assertEquals(List.of(path), made.toList());
    }
  }

  @Test
  void leavesALiveOneAlone() throws IOException {
    Path path = directory.resolve("wg0.sock");
    try (LocalServer _ = LocalServer.bind(path, 4)) {
      assertThrows(SocketInUseException.class, () -> LocalServer.bind(path, 4));
      assertEquals(true, LocalSocket.isServed(path));
    }
  }
}
