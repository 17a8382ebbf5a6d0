package dev.zlayer.overlay.control;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** One JSON value a line over a socket, in either direction, bounded in length. */
final class LineChannel implements AutoCloseable {
  /** Room for the status of the largest mesh. */
  private static final int MAX_LINE_BYTES = 64 << 20;

  private final SocketChannel channel;
  private final InputStream in;

  LineChannel(SocketChannel channel) {
    this.channel = channel;
    this.in = new BufferedInputStream(Channels.newInputStream(channel));
  }

  void write(JsonNode json) throws IOException {
    String line = NodeJson.MAPPER.writeValueAsString(json) + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * The next value.
   *
   * @throws EOFException if the other side hung up
   * @throws IOException if the line is too long
   */
  JsonNode read() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the other side hung up");
      }
      if (line.size() == MAX_LINE_BYTES) {
        throw new IOException("a line is longer than " + MAX_LINE_BYTES + " bytes");
      }
      line.write(next);
    }
    return NodeJson.MAPPER.readTree(line.toByteArray());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
