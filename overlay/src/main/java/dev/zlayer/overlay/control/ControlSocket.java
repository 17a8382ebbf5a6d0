package dev.zlayer.overlay.control;

import dev.zlayer.device.LocalSocket;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.OverlayException;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Offers a running node's administration to processes of its own user, over a Unix socket of mode
 * 0600: one request and one answer a connection. Virtual threads serve it.
 *
 * <p>A request is an object with {@code request}, one of {@code node}, {@code peers}, {@code
 * add_peer} (with {@code peer}), {@code remove_peer} (with {@code peer}), {@code status} and {@code
 * stop}. An answer has {@code result}, or {@code error} and whether it was a bad {@code value}.
 */
public final class ControlSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
  private static final int MAX_CONNECTIONS = 32;

  private final Path path;
  private final ServerSocketChannel server;
  private final Administration administration;
  private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);

  private ControlSocket(Path path, ServerSocketChannel server, Administration administration) {
    this.path = path;
    this.server = server;
    this.administration = administration;
  }

  /**
   * Binds the socket; what a dead process left there is replaced. It serves from {@link #serve} on.
   */
  public static ControlSocket open(Path path, Administration administration) throws IOException {
    return new ControlSocket(path, LocalSocket.bind(path), administration);
  }

  /** Begins to take requests. */
  public void serve() {
    Thread.ofVirtual().name("zlayer control").start(this::acceptAll);
  }

  /** Takes no more requests and removes the socket file. */
  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("{} can't be removed: {}", path, e.getMessage());
    }
  }

  private void acceptAll() {
    while (server.isOpen()) {
      try {
        SocketChannel connection = server.accept();
        if (connections.tryAcquire()) {
          Thread.startVirtualThread(() -> serve(connection));
        } else {
          connection.close();
        }
      } catch (IOException e) {
        if (server.isOpen()) {
          LOG.warn("{}: {}", path, e.getMessage());
        }
      }
    }
  }

  private void serve(SocketChannel connection) {
    boolean stop = false;
    try (LineChannel lines = new LineChannel(connection)) {
      JsonNode request = lines.read();
      stop = request.path("request").asString("").equals("stop");
      lines.write(answer(request));
    } catch (IOException | JacksonException e) {
      LOG.debug("{}: a connection ended: {}", path, e.getMessage());
    } finally {
      connections.release();
    }
    if (stop) {
      administration.stop();
    }
  }

  private JsonNode answer(JsonNode request) {
    ObjectNode answer = NodeJson.object();
    try {
      answer.set("result", result(request));
    } catch (OverlayException e) {
      answer.put("error", e.getMessage()).put("value", false);
    } catch (IllegalArgumentException e) {
      answer.put("error", e.getMessage()).put("value", true);
    }
    return answer;
  }

  private JsonNode result(JsonNode request) {
    return switch (request.path("request").asString("")) {
      case "node" -> NodeJson.of(administration.node());
      case "peers" -> NodeJson.of(administration.peers());
      case "add_peer" -> NodeJson.of(administration.addPeer(NodeJson.peer(request.get("peer"))));
      case "remove_peer" -> NodeJson.of(administration.removePeer(request.get("peer").asString()));
      case "status" -> NodeJson.of(administration.status());
      case "stop" -> NodeJson.object().put("pid", ProcessHandle.current().pid());
      default -> throw new OverlayException("the request is not known to this node's version");
    };
  }
}
