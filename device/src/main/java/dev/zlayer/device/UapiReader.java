package dev.zlayer.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Reads requests from a connection: lines up to an empty one. Bounded while it reads, so that
 * nobody makes us keep more than one line and what was understood of one request.
 */
final class UapiReader {
  /** Longer than any line of the protocol. */
  static final int MAX_LINE_BYTES = 256;

  /** Enough for some ten thousand peers. */
  static final int MAX_REQUEST_BYTES = 8 << 20;

  private final InputStream in;
  private final ToIntFunction<String> interfaceIndex;
  private final byte[] line = new byte[MAX_LINE_BYTES];
  private int requestBytes;
  private boolean lost;

  /**
   * @param in buffered by whoever gives it
   * @param interfaceIndex of the interface that an endpoint names; 0 if there is none
   */
  UapiReader(InputStream in, ToIntFunction<String> interfaceIndex) {
    this.in = in;
    this.interfaceIndex = interfaceIndex;
  }

  /**
   * The next request, or empty at the connection's end. A request that the end cuts short is none.
   *
   * @throws UapiRefusal if it isn't one; it was read to its end, so that another may follow, unless
   *     it goes beyond a bound: nothing follows then
   */
  Optional<UapiRequest> next() throws IOException, UapiRefusal {
    UapiParser parser = new UapiParser(interfaceIndex);
    Optional<UapiRefusal> refusal = Optional.empty();
    requestBytes = 0;
    while (!lost) {
      Optional<String> next = readLine();
      if (next.isEmpty()) {
        return Optional.empty();
      }
      if (next.get().isEmpty()) {
        if (refusal.isPresent()) {
          throw refusal.get();
        }
        return Optional.of(parser.finish());
      }
      if (refusal.isEmpty()) {
        refusal = take(parser, next.get());
      }
    }
    return Optional.empty();
  }

  private static Optional<UapiRefusal> take(UapiParser parser, String line) {
    try {
      parser.take(line);
      return Optional.empty();
    } catch (UapiRefusal e) {
      return Optional.of(e);
    }
  }

  /** A line without its end, or empty at the connection's end. */
  private Optional<String> readLine() throws IOException, UapiRefusal {
    int length = 0;
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (++requestBytes > MAX_REQUEST_BYTES) {
        throw tooLong("a request is longer than " + MAX_REQUEST_BYTES + " bytes");
      }
      if (next == '\n') {
        // One character a byte: whatever isn't ASCII is malformed by itself.
        return Optional.of(new String(line, 0, length, StandardCharsets.ISO_8859_1));
      }
      if (length == MAX_LINE_BYTES) {
        throw tooLong("a line is longer than " + MAX_LINE_BYTES + " bytes");
      }
      line[length++] = (byte) next;
    }
    return Optional.empty();
  }

  private UapiRefusal tooLong(String message) {
    lost = true;
    return new UapiRefusal(UapiRefusal.EMSGSIZE, message);
  }
}
