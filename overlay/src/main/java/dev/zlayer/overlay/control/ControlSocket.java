package dev.zlayer.overlay.control;

import dev.zlayer.device.LocalServer;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.LogLevels;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.state.JsonFields;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Offers a running node's administration to processes of its own user, over a Unix socket of mode
 * 0600: one request and one answer a connection. Virtual threads serve it.
 *
 * <p>A request is an object with {@code request}, one of {@code node}, {@code peers}, {@code
 * add_peer} (with {@code peer}), {@code remove_peer} (with {@code peer}), {@code invite}, {@code
 * invites}, {@code revoke_invite} (with {@code invite}), {@code leave}, {@code allocations}, {@code
 * dns}, {@code add_dns_record} and {@code remove_dns_record} (with {@code name} and {@code
 * address}), {@code log_levels}, {@code set_log_level} (with {@code logger} and {@code level}),
 * {@code status} and {@code stop}. An answer has {@code result}, or {@code error} and whether it
 * was a bad {@code value}.
 */
public final class ControlSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
  private static final int MAX_CONNECTIONS = 32;
  private static final int MAX_REQUEST_BYTES = 64 << 10;

  private final LocalServer server;
  private final Administration administration;

  private ControlSocket(LocalServer server, Administration administration) {
    this.server = server;
    this.administration = administration;
  }

  /**
   * Binds the socket; what a dead process left there is replaced. It serves from {@link #serve} on.
   */
  public static ControlSocket open(Path path, Administration administration) throws IOException {
    return new ControlSocket(LocalServer.bind(path, MAX_CONNECTIONS), administration);
  }

  /** Begins to take requests. */
  public void serve() {
    server.start(this::serve);
  }

  /** Takes no more requests, hangs up on who hasn't got an answer and removes the socket file. */
  @Override
  public void close() {
    server.close();
  }

  private void serve(SocketChannel connection) throws IOException {
    boolean stop = false;
    try (LineChannel lines = new LineChannel(connection, MAX_REQUEST_BYTES)) {
      Optional<JsonNode> request = request(lines);
      if (request.isPresent()) {
        lines.write(answer(request.get()));
        stop = name(request.get()).equals("stop");
      }
    }
    if (stop) {
      administration.stop();
    }
  }

  /** The request; empty for what is none, and then that is answered already. */
  private static Optional<JsonNode> request(LineChannel lines) throws IOException {
    try {
      return Optional.of(lines.read());
    } catch (IllegalArgumentException e) {
      lines.write(refusal("not a request: " + e.getMessage(), true));
      return Optional.empty();
    }
  }

  private JsonNode answer(JsonNode request) {
    try {
      ObjectNode answer = NodeJson.object();
      answer.set("result", result(request));
      return answer;
    } catch (OverlayException e) {
      return refusal(e.getMessage(), false);
    } catch (IllegalArgumentException e) {
      return refusal(e.getMessage(), true);
    } catch (RuntimeException e) {
      LOG.error("{}: the request '{}' failed", server.path(), name(request), e);
      return refusal("internal error: " + e + "; the node's log has more", false);
    }
  }

  private static ObjectNode refusal(String reason, boolean isBadValue) {
    return NodeJson.object().put("error", reason).put("value", isBadValue);
  }

  private static String name(JsonNode request) {
    return request.path("request").asString("");
  }

  private JsonNode result(JsonNode request) {
    return switch (name(request)) {
      case "node" -> NodeJson.of(administration.node());
      case "peers" -> NodeJson.of(administration.peers());
      case "add_peer" -> NodeJson.of(administration.addPeer(NodeJson.peer(request.path("peer"))));
      case "remove_peer" ->
          NodeJson.of(
              administration.removePeer(
                  JsonFields.of("request", request).value("peer", Function.identity())));
      case "invite" ->
          NodeJson.object()
              .put(
                  "token",
                  administration
                      .invite(InviteJson.options(JsonFields.of("request", request)))
                      .encode());
      case "invites" -> InviteJson.of(administration.invites());
      case "revoke_invite" ->
          InviteJson.of(
              administration.revokeInvite(
                  JsonFields.of("request", request).value("invite", Function.identity())));
      case "leave" -> {
        administration.leave(JsonFields.of("request", request).flag("force"));
        yield NodeJson.object();
      }
      case "allocations" -> AllocationsJson.of(administration.allocations());
      case "dns" -> DnsJson.of(administration.dns());
      case "add_dns_record" -> changed(addDnsRecord(JsonFields.of("request", request)));
      case "remove_dns_record" -> changed(removeDnsRecord(JsonFields.of("request", request)));
      case "log_levels" -> LogLevelsJson.of(administration.logLevels().levels());
      case "set_log_level" -> {
        JsonFields fields = JsonFields.of("request", request);
        LogLevels levels = administration.logLevels();
        levels.set(
            fields.value("logger", Function.identity()),
            fields.value("level", Function.identity()));
        yield LogLevelsJson.of(levels.levels());
      }
      case "status" -> NodeJson.of(administration.status());
      case "stop" -> NodeJson.object().put("pid", ProcessHandle.current().pid());
      default -> throw new OverlayException("the request is not known to this node's version");
    };
  }

  private boolean addDnsRecord(JsonFields request) {
    return administration.addDnsRecord(
        request.value("name", Function.identity()), request.value("address", IpText::parse));
  }

  private boolean removeDnsRecord(JsonFields request) {
    return administration.removeDnsRecord(
        request.value("name", Function.identity()),
        request.optionalValue("address", IpText::parse));
  }

  private static JsonNode changed(boolean changed) {
    return NodeJson.object().put("changed", changed);
  }
}
