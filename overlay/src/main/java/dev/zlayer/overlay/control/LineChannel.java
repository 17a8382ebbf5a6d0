package dev.zlayer.overlay.control;

import dev.zlayer.overlay.state.JsonText;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One JSON value a line over a socket, in either direction, bounded in length. */
final class LineChannel implements AutoCloseable {
  private final SocketChannel channel;
  private final int maxLineBytes;
  private final InputStream in;

  /** Reads and writes on {@code channel}, which is closed with this. */
  LineChannel(SocketChannel channel, int maxLineBytes) {
    this.channel = channel;
    this.maxLineBytes = maxLineBytes;
    this.in = new BufferedInputStream(Channels.newInputStream(channel));
  }

  void write(JsonNode json) throws IOException {
    String line = JsonText.compact(json) + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * The next value.
   *
   * @throws EOFException if the other side hung up
   * @throws IllegalArgumentException if the line is too long or not JSON
   */
  JsonNode read() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the other side hung up");
      }
      if (line.size() == maxLineBytes) {
        throw new IllegalArgumentException("a line is longer than " + maxLineBytes + " bytes");
      }
      line.write(next);
    }
    try {
      return JsonText.parse(line.toByteArray());
    } catch (JacksonException | NumberFormatException e) {
      // Its own message quotes the line, which may hold a key.
      throw new IllegalArgumentException("a line is not JSON");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
