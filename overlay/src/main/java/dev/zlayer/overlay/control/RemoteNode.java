package dev.zlayer.overlay.control;

import dev.zlayer.device.LocalServer;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.state.DataDirectory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A node that another process runs, asked through the socket in its data directory. */
public final class RemoteNode implements Administration {
  /** Room for the status of the largest mesh. */
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private final DataDirectory directory;

  public RemoteNode(DataDirectory directory) {
    this.directory = directory;
  }

  /** Whether a node answers at the directory's socket. */
  public static boolean isRunning(DataDirectory directory) {
    return LocalServer.isServed(directory.controlSocket());
  }

  @Override
  public NodeDescription node() {
    return ask(request("node"), NodeJson::node);
  }

  @Override
  public List<PeerConfig> peers() {
    return ask(request("peers"), NodeJson::peers);
  }

  @Override
  public PeerConfig addPeer(PeerConfig peer) {
    ObjectNode request = request("add_peer");
    request.set("peer", NodeJson.withSecret(peer));
    return ask(request, NodeJson::peer);
  }

  @Override
  public PeerConfig removePeer(String keyOrIdOrName) {
    return ask(request("remove_peer").put("peer", keyOrIdOrName), NodeJson::peer);
  }

  @Override
  public NodeStatus status() {
    return ask(request("status"), NodeJson::status);
  }

  /** Asks the node to end; it does so after it has answered. */
  @Override
  public void stop() {
    ask(request("stop"), answer -> answer);
  }

  @Override
  public void close() {}

  private static ObjectNode request(String name) {
    return NodeJson.object().put("request", name);
  }

  private <T> T ask(JsonNode request, Function<JsonNode, T> reader) {
    JsonNode answer = exchange(request);
    if (answer.has("error")) {
      String reason = answer.path("error").asString("an error without a reason");
      throw answer.path("value").asBoolean(false)
          ? new IllegalArgumentException(reason)
          : new OverlayException(reason);
    }
    try {
      return reader.apply(answer.path("result"));
    } catch (IllegalArgumentException e) {
      throw new OverlayException(
          "the node on %s answers as another version of this program would: %s"
              .formatted(directory.path(), e.getMessage()),
          e);
    }
  }

  private JsonNode exchange(JsonNode request) {
    try (LineChannel lines = new LineChannel(connect(), MAX_ANSWER_BYTES)) {
      lines.write(request);
      return lines.read();
    } catch (IOException | IllegalArgumentException e) {
      throw new OverlayException(
          "the node on %s doesn't answer: %s".formatted(directory.path(), e.getMessage()), e);
    }
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(directory.controlSocket()));
  }
}
