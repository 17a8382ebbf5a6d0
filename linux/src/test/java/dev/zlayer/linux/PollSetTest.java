package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class PollSetTest {
  private final PollSet ready = new PollSet(3);

  @Test
  void tellsWhichOfSeveralCanBeRead() throws Exception {
    try (Doorbell doorbell = Doorbell.open();
        UdpSocket socket = UdpSocket.open(0)) {
      ready.put(0, doorbell);
      ready.put(2, socket);
      ready.poll(false);
      assertFalse(ready.isReady(0) || ready.isReady(1) || ready.isReady(2));

      socket.send(Batches.of(Batches.loopback(socket), "to myself"));
      ready.poll(true);
      assertFalse(ready.isReady(0));
      assertTrue(ready.isReady(2));

      doorbell.ring();
      ready.poll(true);
      assertTrue(ready.isReady(0) && ready.isReady(2));

      ready.leaveOut(2);
      ready.poll(true);
      assertTrue(ready.isReady(0));
      assertFalse(ready.isReady(2));
    }
  }

  @Test
  void doorbellWakesTheThreadThatWaitsUntilItIsSilenced() throws Exception {
    try (Doorbell doorbell = Doorbell.open();
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      ready.put(0, doorbell);
      Future<Boolean> woken =
          threads.submit(() -> {
            ready.poll(true);
            return ready.isReady(0);
          });
      Thread.sleep(50);
      assertFalse(woken.isDone());
      doorbell.ring();
      doorbell.ring();
      assertTrue(woken.get());

      doorbell.silence();
      doorbell.silence();
      ready.poll(false);
      assertFalse(ready.isReady(0));
    }
  }

  @Test
  void takesNothingThatIsClosed() throws Exception {
    Doorbell doorbell = Doorbell.open();
    doorbell.close();
    assertEquals(
        "doorbell is closed",
        assertThrows(IllegalStateException.class, () -> ready.put(0, doorbell)).getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> ready.leaveOut(3));
  }
}
