package dev.zlayer.overlay.control;

import dev.zlayer.device.LocalSocket;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.Allocations;
import dev.zlayer.overlay.InviteDescription;
import dev.zlayer.overlay.InviteOptions;
import dev.zlayer.overlay.LogLevels;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.dns.DnsDescription;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.JsonFields;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    return LocalSocket.isServed(directory.controlSocket());
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
  public InviteToken invite(InviteOptions invite) {
    ObjectNode request = request("invite");
    InviteJson.put(request, invite);
    return ask(
        request, answer -> JsonFields.of("answer", answer).value("token", InviteToken::parse));
  }

  @Override
  public List<InviteDescription> invites() {
    return ask(request("invites"), InviteJson::readAll);
  }

  @Override
  public InviteDescription revokeInvite(String keyOrName) {
    return ask(request("revoke_invite").put("invite", keyOrName), InviteJson::read);
  }

  @Override
  public void leave(boolean force) {
    ask(request("leave").put("force", force), answer -> answer);
  }

  @Override
  public Allocations allocations() {
    return ask(request("allocations"), AllocationsJson::read);
  }

  @Override
  public DnsDescription dns() {
    return ask(request("dns"), DnsJson::description);
  }

  @Override
  public boolean addDnsRecord(String name, InetAddress address) {
    ObjectNode request = request("add_dns_record");
    return ask(
        request.put("name", name).put("address", IpText.format(address)), RemoteNode::changed);
  }

  @Override
  public boolean removeDnsRecord(String name, Optional<InetAddress> address) {
    ObjectNode request = request("remove_dns_record").put("name", name);
    address.map(IpText::format).ifPresent(text -> request.put("address", text));
    return ask(request, RemoteNode::changed);
  }

  @Override
  public LogLevels logLevels() {
    return new LogLevels() {
      @Override
      public Map<String, String> levels() {
        return ask(request("log_levels"), LogLevelsJson::levels);
      }

      @Override
      public void set(String logger, String level) {
        ask(request("set_log_level").put("logger", logger).put("level", level), answer -> answer);
      }
    };
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

  private static boolean changed(JsonNode answer) {
    return JsonFields.of("answer", answer).flag("changed");
  }

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
