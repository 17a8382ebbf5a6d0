package dev.zlayer.overlay.control;

import dev.zlayer.device.LocalSocket;
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
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A node that another process runs, asked through the socket in its data directory. */
public final class RemoteNode implements Administration {
  private final DataDirectory directory;

  public RemoteNode(DataDirectory directory) {
    this.directory = directory;
  }

  /** Whether a node answers at the directory's socket. */
  public static boolean isRunning(DataDirectory directory) {
    return LocalSocket.isServed(directory.controlSocket());
  }

  @Override
  public NodeDescription node() {
    return NodeJson.node(ask("node"));
  }

  @Override
  public List<PeerConfig> peers() {
    return NodeJson.peers(ask("peers"));
  }

  @Override
  public PeerConfig addPeer(PeerConfig peer) {
    ObjectNode request = request("add_peer");
    request.set("peer", NodeJson.withSecret(peer));
    return NodeJson.peer(ask(request));
  }

  @Override
  public PeerConfig removePeer(String keyOrIdOrName) {
    return NodeJson.peer(ask(request("remove_peer").put("peer", keyOrIdOrName)));
  }

  @Override
  public NodeStatus status() {
    return NodeJson.status(ask("status"));
  }

  /** Asks the node to end; it does so after it has answered. */
  @Override
  public void stop() {
    ask("stop");
  }

  @Override
  public void close() {}

  private static ObjectNode request(String name) {
    return NodeJson.object().put("request", name);
  }

  private JsonNode ask(String name) {
    return ask(request(name));
  }

  private JsonNode ask(JsonNode request) {
    JsonNode answer;
    try (LineChannel lines =
        new LineChannel(
            SocketChannel.open(UnixDomainSocketAddress.of(directory.controlSocket())))) {
      lines.write(request);
      answer = lines.read();
    } catch (IOException | JacksonException e) {
      throw new OverlayException(
          "the node on %s doesn't answer: %s".formatted(directory.path(), e.getMessage()), e);
    }
    if (answer.has("error")) {
      String reason = answer.get("error").asString();
      throw answer.path("value").asBoolean(false)
          ? new IllegalArgumentException(reason)
          : new OverlayException(reason);
    }
    return answer.get("result");
  }
}
