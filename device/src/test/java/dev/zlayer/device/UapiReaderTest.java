package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UapiReaderTest {
  private static final String HEX =
      "e84b5a6d2717c1003a13b431570353dbaca9146cf150c5f8575680feba52027a";

  /** Lines to make requests of; some are malformed. */
  private static final List<String> LINES =
      List.of(
          "get=1",
          "set=1",
          "",
          "private_key=" + HEX,
          "listen_port=51820",
          "fwmark=12",
          "replace_peers=true",
          "public_key=" + HEX,
          "remove=true",
          "update_only=true",
          "preshared_key=" + HEX,
          "endpoint=[fe80::1%lo]:51820",
          "endpoint=192.0.2.1:1",
          "persistent_keepalive_interval=25",
          "replace_allowed_ips=true",
          "allowed_ip=-10.0.0.0/8",
          "allowed_ip=fd00::7/64",
          "protocol_version=1",
          "endpoint=[::]:::1",
          "allowed_ip=1.2.3.4/99999999999999",
          "=",
          "==");

  private static UapiReader reader(String text) {
    return new UapiReader(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), String::length);
  }

  @Test
  void readsSeveralRequestsEvenBehindAMalformedOne() throws Exception {
    UapiReader reader = reader("get=1\n\nset=1\nrubbish\nlisten_port=1\n\nset=1\nfwmark=7\n\n");
    assertEquals(Optional.of(new UapiRequest.Get()), reader.next());
    assertEquals(
        "line 2: not KEY=VALUE", assertThrows(UapiRefusal.class, reader::next).getMessage());
    assertEquals(
        Optional.of(new UapiRequest.Set(List.of(new UapiChange.FwMark(7)))), reader.next());
    assertEquals(Optional.empty(), reader.next());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "set=1", "set=1\n", "set=1\nlisten_port=1\n", "set=1\nfwmark=1"})
  void doesNotTakeARequestThatTheEndCutsShort(String text) throws Exception {
    assertEquals(Optional.empty(), reader(text).next());
  }

  @Test
  void refusesALineBeyondItsBoundWhileItReads() throws Exception {
    assertStopsReadingAt(UapiReader.MAX_LINE_BYTES + 1, "x");
  }

  @Test
  void refusesARequestBeyondItsBoundWhileItReads() throws Exception {
    assertStopsReadingAt(UapiReader.MAX_REQUEST_BYTES + 1, "set=1\n");
  }

  private static void assertStopsReadingAt(int limit, String repeated) throws Exception {
    String text = repeated.repeat(2 * limit / repeated.length());
    InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    UapiReader reader = new UapiReader(in, String::length);
    UapiRefusal refusal = assertThrows(UapiRefusal.class, reader::next);
    assertEquals(UapiRefusal.EMSGSIZE, refusal.errno());
    assertEquals(text.length() - limit, in.available());
    assertEquals(Optional.empty(), reader.next());
  }

  @Test
  void throwsNothingButItsOwnRefusalWhateverComes() throws Exception {
    int understood = 0;
    for (long seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = mutate(compose(random), random);
      try {
        understood += readAll(bytes);
      } catch (IOException | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + Arrays.toString(bytes), e);
      }
    }
    assertTrue(understood > 1_000, "only " + understood + " requests were understood");
  }

  private static String compose(Random random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "set=1\n" : "get=1\n");
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(LINES.get(random.nextInt(LINES.size()))).append('\n');
    }
    return text.append("\n").toString();
  }

  /** Changes, cuts out or doubles some bytes, in three requests of four. */
  private static byte[] mutate(String text, Random random) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      int end = Math.min(bytes.length, at + 1 + random.nextInt(8));
      switch (random.nextInt(3)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> System.arraycopy(bytes, at, bytes, bytes.length - (end - at), end - at);
        default -> System.arraycopy(bytes, end, bytes, at, bytes.length - end);
      }
    }
    return bytes;
  }

  /** How many requests were understood. */
  private static int readAll(byte[] bytes) throws IOException {
    UapiReader reader = new UapiReader(new ByteArrayInputStream(bytes), String::length);
    int understood = 0;
    for (int i = 0; i <= bytes.length; i++) {
      try {
        Optional<UapiRequest> request = reader.next();
        if (request.isEmpty()) {
          return understood;
        }
        assertInstanceOf(UapiRequest.class, request.get());
        understood++;
      } catch (UapiRefusal e) {
        assertFalse(e.getMessage().contains(HEX.substring(0, 32)), e.getMessage());
      }
    }
    throw new AssertionError("reads on at the end");
  }
}
