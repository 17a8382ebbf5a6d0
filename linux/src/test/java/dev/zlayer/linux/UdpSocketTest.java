package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.LocalAddress;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class UdpSocketTest {
  private UdpSocket left;
  private UdpSocket right;

  @BeforeEach
  void open() throws NativeException {
    left = UdpSocket.open(0);
    right = UdpSocket.open(0);
  }

  @AfterEach
  void close() {
    left.close();
    right.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void carriesDatagramsOfBothFamiliesOverOneSocket(String address) throws NativeException {
    assertEquals(1, left.send(Batches.of(Batches.at(address, right.port()), "hello")));

    PacketBatch received = Batches.empty(4);
    assertEquals(1, Batches.receive(right, received));
    assertEquals(List.of("hello"), Batches.texts(received));
    assertEquals(Batches.at(address, left.port()), received.get(0).endpoint());
    assertEquals(32, received.get(0).headroom());
  }

  @Test
  void carriesABatchInOneGo() throws NativeException {
    String[] texts = IntStream.range(0, 64).mapToObj(i -> "packet " + i).toArray(String[]::new);
    assertEquals(64, left.send(Batches.of(Batches.loopback(right), texts)));

    PacketBatch received = Batches.empty(64);
    assertEquals(64, Batches.receive(right, received));
    assertEquals(List.of(texts), Batches.texts(received));
  }

  @Test
  void leavesInTheKernelWhatTheBatchCannotHold() throws NativeException {
    left.send(Batches.of(Batches.loopback(right), "1", "2", "3", "4", "5"));

    PacketBatch received = Batches.empty(3);
    received.add();
    assertEquals(2, Batches.receive(right, received));
    assertEquals(List.of("", "1", "2"), Batches.texts(received));
    PacketBatch larger = Batches.empty(8);
    assertEquals(3, Batches.receive(right, larger));
    assertEquals(List.of("3", "4", "5"), Batches.texts(larger));
  }

  @Test
  void sendsEachPacketToItsOwnEndpoint() throws NativeException {
    PacketBatch batch = Batches.empty(4);
    Batches.add(batch, Batches.at("::1", right.port()), "right 6");
    Batches.add(batch, Batches.at("127.0.0.1", left.port()), "left 4");
    Batches.add(batch, Batches.at("127.0.0.1", right.port()), "right 4");
    assertEquals(3, left.send(batch));

    PacketBatch atRight = Batches.empty(4);
    receive(right, atRight, 2);
    assertEquals(List.of("right 6", "right 4"), Batches.texts(atRight));
    PacketBatch atLeft = Batches.empty(4);
    receive(left, atLeft, 1);
    assertEquals(List.of("left 4"), Batches.texts(atLeft));
  }

  @Test
  void answersASenderByItsEndpoint() throws NativeException {
    left.send(Batches.of(Batches.loopback(right), "ping"));
    PacketBatch batch = Batches.empty(1);
    Batches.receive(right, batch);
    assertEquals(1, right.send(batch));

    PacketBatch answer = Batches.empty(1);
    Batches.receive(left, answer);
    assertEquals(List.of("ping"), Batches.texts(answer));
    assertEquals(Batches.loopback(right), answer.get(0).endpoint());
  }

  @Test
  void givesTheSameEndpointObjectForTheSameSender() throws NativeException {
    left.send(Batches.of(Batches.loopback(right), "1", "2"));
    PacketBatch first = Batches.empty(2);
    receive(right, first, 2);
    left.send(Batches.of(Batches.loopback(right), "3"));
    PacketBatch second = Batches.empty(2);
    receive(right, second, 1);

    Endpoint endpoint = first.get(0).endpoint();
    assertSame(endpoint, first.get(1).endpoint());
    assertSame(endpoint, second.get(0).endpoint());
  }

  /** All of 127.0.0.0/8 is ours: left to itself the kernel answers from 127.0.0.1. */
  @ParameterizedTest
  @ValueSource(ints = {LibC.AF_INET6, LibC.AF_INET})
  void answersFromTheAddressThatWasAsked(int family) throws NativeException {
    try (UdpSocket asked = UdpSocket.open(0, family, notice -> {})) {
      Endpoint place = Batches.at("127.0.0.7", asked.port());
      left.send(Batches.of(place, "ping"));
      PacketBatch batch = Batches.empty(1);
      Batches.receive(asked, batch);
      assertEquals(local(place), batch.get(0).localAddress());
      assertEquals(1, asked.send(batch));

      PacketBatch answer = Batches.empty(1);
      Batches.receive(left, answer);
      assertEquals(place, answer.get(0).endpoint());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {LibC.AF_INET6, LibC.AF_INET})
  void carriesCongestionMarks(int family) throws NativeException {
    try (UdpSocket other = UdpSocket.open(0, family, notice -> {})) {
      PacketBatch batch = Batches.of(Batches.loopback(other), "0", "1", "2", "3");
      for (int mark = 0; mark < 4; mark++) {
        batch.get(mark).ecn(mark);
      }
      assertEquals(4, left.send(batch));
      PacketBatch received = Batches.empty(4);
      receive(other, received, 4);
      assertEquals(List.of(0, 1, 2, 3), marks(received));
      received.get(0).ecn(3);
      other.send(received);
      PacketBatch returned = Batches.empty(4);
      receive(left, returned, 4);
      assertEquals(List.of(3, 1, 2, 3), marks(returned));
    }
  }

  /** The marks go out all the same, and another peer's datagrams from where they are to. */
  @ParameterizedTest
  @CsvSource({"127.0.0.1,192.0.2.1", "::1,2001:db8::1"})
  void sendsFromAnotherAddressWhenTheOneAskedIsGone(String address, String gone)
      throws NativeException {
    PacketBatch batch = Batches.empty(5);
    for (String text : List.of("1", "2", "3", "4")) {
      Batches.add(batch, Batches.at(address, right.port()), text);
      PacketBuffer packet = batch.get(batch.size() - 1);
      packet.localAddress(local(Batches.at(gone, 1)));
      packet.ecn(batch.size() % 4);
    }
    Batches.add(batch, Batches.at("127.0.0.1", right.port()), "5");
    batch.get(4).localAddress(local(Batches.at("127.0.0.7", 1)));
    assertEquals(5, left.send(batch));

    PacketBatch received = Batches.empty(5);
    receive(right, received, 5);
    assertEquals(List.of("1", "2", "3", "4", "5"), Batches.texts(received));
    assertEquals(List.of(1, 2, 3, 0, 0), marks(received));
    assertEquals(Batches.at(address, left.port()), received.get(0).endpoint());
    assertEquals(Batches.at("127.0.0.7", left.port()), received.get(4).endpoint());
  }

  static LocalAddress local(Endpoint endpoint) {
    return new LocalAddress(endpoint.high(), endpoint.low(), 0);
  }

  private static List<Integer> marks(PacketBatch batch) {
    return IntStream.range(0, batch.size()).mapToObj(i -> batch.get(i).ecn()).toList();
  }

  @Test
  void skipsADatagramThatCannotBeSent() throws NativeException {
    Endpoint target = Batches.loopback(right);
    PacketBatch batch = PacketBatch.allocate(Arena.global(), 3, 70_000, 0);
    Batches.add(batch, target, "before");
    Batches.add(batch, target, "x".repeat(66_000));
    Batches.add(batch, target, "after");
    assertEquals(2, left.send(batch));

    PacketBatch received = Batches.empty(4);
    receive(right, received, 2);
    assertEquals(List.of("before", "after"), Batches.texts(received));
  }

  @Test
  void leavesOutTruncatedDatagramsAndKeepsTheOrderOfTheOthers() throws NativeException {
    String tooLong = "x".repeat(3000);
    Endpoint target = Batches.loopback(right);
    PacketBatch batch = PacketBatch.allocate(Arena.global(), 5, 4096, 0);
    for (String text : List.of(tooLong, "1", tooLong, "2", "3")) {
      Batches.add(batch, target, text);
    }
    assertEquals(5, left.send(batch));

    PacketBatch received = Batches.empty(8);
    assertEquals(3, Batches.receive(right, received));
    assertEquals(List.of("1", "2", "3"), Batches.texts(received));
    assertEquals(Batches.loopback(left), received.get(0).endpoint());
  }

  /** Runs of one size go as one message; sizes, targets and marks break them up at random. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void carriesDatagramsOfAnySizesInOrder(String address) throws NativeException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      PacketBatch batch = Batches.empty(1 + random.nextInt(150));
      List<String> texts = new ArrayList<>();
      List<Integer> marks = new ArrayList<>();
      int bytes = random.nextInt(2000);
      int mark = 0;
      while (!batch.isFull()) {
        if (random.nextInt(10) == 0) {
          bytes = random.nextInt(2000);
          mark = random.nextInt(4);
        }
        String text = Character.toString('a' + texts.size() % 26).repeat(bytes);
        Batches.add(batch, Batches.at(address, right.port()), text);
        batch.get(batch.size() - 1).ecn(mark);
        texts.add(text);
        marks.add(mark);
      }
      assertEquals(texts.size(), left.send(batch), "seed " + seed);

      List<String> received = new ArrayList<>();
      List<Integer> receivedMarks = new ArrayList<>();
      PacketBatch part = Batches.empty(1 + random.nextInt(100));
      while (received.size() < texts.size()) {
        part.clear();
        Batches.receive(right, part);
        received.addAll(Batches.texts(part));
        receivedMarks.addAll(marks(part));
        assertEquals(Batches.at(address, left.port()), part.get(0).endpoint());
      }
      assertEquals(texts, received, "seed " + seed);
      assertEquals(marks, receivedMarks, "seed " + seed);
    }
  }

  @Test
  void carriesAsManyDatagramsOfOneSizeAsABatchHolds() throws NativeException {
    PacketBatch batch = Batches.empty(300);
    while (!batch.isFull()) {
      Batches.add(batch, Batches.loopback(right), "x".repeat(1452));
      batch.get(batch.size() - 1).putShortBigEndian(0, batch.size());
    }
    assertEquals(300, left.send(batch));
    PacketBatch received = Batches.empty(7);
    int next = 1;
    while (next <= 300) {
      received.clear();
      Batches.receive(right, received);
      for (int i = 0; i < received.size(); i++) {
        assertEquals(1452, received.get(i).length());
        assertEquals(next++, received.get(i).getUnsignedShortBigEndian(0));
      }
    }
  }

  @Test
  void receivesAnEmptyDatagram() throws NativeException {
    left.send(Batches.of(Batches.loopback(right), ""));
    PacketBatch received = Batches.empty(1);
    assertEquals(1, Batches.receive(right, received));
    assertArrayEquals(new byte[0], received.get(0).toByteArray());
  }

  @Test
  void worksOverIpv4AloneWhereTheKernelHasNoIpv6() throws NativeException {
    try (UdpSocket old = UdpSocket.open(0, LibC.AF_INET, notice -> {})) {
      PacketBatch batch = Batches.empty(2);
      Batches.add(batch, Batches.at("::1", right.port()), "lost");
      Batches.add(batch, Batches.at("127.0.0.1", right.port()), "sent");
      assertEquals(1, old.send(batch));

      PacketBatch received = Batches.empty(2);
      Batches.receive(right, received);
      assertEquals(List.of("sent"), Batches.texts(received));
      assertEquals(Batches.loopback(old), received.get(0).endpoint());
      right.send(received);
      PacketBatch answer = Batches.empty(2);
      Batches.receive(old, answer);
      assertEquals(Batches.loopback(right), answer.get(0).endpoint());
    }
  }

  @Test
  void letsSeveralThreadsSend() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> sent = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String[] texts = new String[32];
        Arrays.fill(texts, "thread " + i);
        PacketBatch batch = Batches.of(Batches.loopback(right), texts);
        sent.add(threads.submit(() -> left.send(batch)));
      }
      for (Future<Integer> count : sent) {
        assertEquals(32, count.get());
      }
    }
    PacketBatch received = Batches.empty(128);
    receive(right, received, 128);
    List<String> texts = Batches.texts(received);
    for (int i = 0; i < 4; i++) {
      String expected = "thread " + i;
      assertEquals(32, texts.stream().filter(expected::equals).count());
    }
  }

  @Test
  void namesThePortThatIsInUse() {
    var e = assertThrows(NativeException.class, () -> UdpSocket.open(left.port()));
    assertEquals("EADDRINUSE", e.errnoName());
    assertTrue(
        e.getMessage()
            .startsWith(
                "bind UDP port "
                    + left.port()
                    + ": EADDRINUSE (Address already in use): another socket has UDP port"),
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65536})
  void refusesAPortOutOfRange(int port) {
    var e = assertThrows(IllegalArgumentException.class, () -> UdpSocket.open(port));
    assertEquals("port " + port + " is not in 0..65535", e.getMessage());
  }

  @Test
  void refusesToReceiveIntoAFullBatch() {
    PacketBatch full = Batches.of(Batches.loopback(right), "taken");
    assertThrows(IllegalArgumentException.class, () -> Batches.receive(left, full));
  }

  @Test
  void closesOnceAndFreesThePort() throws NativeException {
    int port = left.port();
    left.close();
    left.close();
    assertThrows(IllegalStateException.class, () -> Batches.receive(left, Batches.empty(1)));
    try (UdpSocket again = UdpSocket.open(port)) {
      assertEquals(port, again.port());
    }
  }

  private void receive(UdpSocket socket, PacketBatch batch, int count) throws NativeException {
    while (batch.size() < count) {
      assertTrue(Batches.receive(socket, batch) > 0);
    }
  }
}
