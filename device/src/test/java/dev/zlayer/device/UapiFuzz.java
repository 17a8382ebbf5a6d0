package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whatever comes over the control socket: it is carried out or refused, and what the device then
 * says of itself can be said to it again.
 */
final class UapiFuzz {
  private static final Pattern LINE = Pattern.compile("[a-z_]+=[^=\\s]*=?");
  private static final String RESET =
      "set=1\nprivate_key=" + "0".repeat(64) + "\nfwmark=0\nreplace_peers=true\n\n";

  private static final MemoryTun HOST = new MemoryTun("zltest-f");
  private static final Device DEVICE =
      MemoryDevice.start(HOST, new MemoryNetwork().open("192.0.2.1:51820"), Optional.empty());
  private static final UapiService SERVICE = new UapiService(DEVICE);

  private UapiFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    ask(RESET);
    ask(data);
    String first = configuration();
    ask(RESET);
    assertEquals("", ask(("set=1\n" + first + "\n").getBytes(StandardCharsets.US_ASCII)));
    assertEquals(first, configuration());
  }

  private static void ask(String requests) throws IOException {
    assertEquals("", ask(requests.getBytes(StandardCharsets.US_ASCII)));
  }

  /** Returns the refusals, as far as there are any. */
  private static String ask(byte[] requests) throws IOException {
    UapiReader reader = new UapiReader(new ByteArrayInputStream(requests), String::length);
    StringBuilder refusals = new StringBuilder();
    while (true) {
      try {
        Optional<UapiRequest> request = reader.next();
        if (request.isEmpty()) {
          return refusals.toString();
        }
        SERVICE.answer(request.get()).lines().forEach(UapiFuzz::assertWellFormed);
      } catch (UapiRefusal e) {
        assertTrue(e.errno() > 0);
        assertFalse(e.getMessage().isEmpty());
        refusals.append(e.getMessage()).append('\n');
      }
    }
  }

  private static void assertWellFormed(String line) {
    assertTrue(LINE.matcher(line).matches(), line);
  }

  /** What the device says of itself, without what only happened to it. */
  private static String configuration() {
    return UapiReport.of(DEVICE.status(), DEVICE.privateKey())
        .lines()
        .filter(line -> !line.matches("(last_handshake_time_n?sec|[rt]x_bytes)=.*"))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
