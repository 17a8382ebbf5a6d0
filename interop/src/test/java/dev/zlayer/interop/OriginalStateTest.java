package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Dig;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A leader whose state file the original has written, with fields that we don't know. */
@Tag("root")
class OriginalStateTest {
  private static final String KEY = "PjmDkP/8zfwuANqSvtR/8rWmIGMEzNqwQPkxv0cxuSA=";
  private static final String OTHER_KEY = "wZustUfLYGzJJXRPfhn5uqG76fRu6w5al/W0539R+C4=";

  @TempDir private Path folder;
  private final Topology network = new Topology();

  @AfterEach
  void removeNetwork() {
    network.close();
  }

  /** As ours with everything gone that only ours has, and things added that ours doesn't know. */
  private Node leader(Netns host) throws IOException {
    Node node = Node.init(host, "192.0.2.1:51820", folder);
    try (OverlayBootstrap leader = OverlayBootstrap.load(node.dataDirectory())) {
      leader.addPeer(PeerConfig.of("worker-1", OTHER_KEY, "192.0.2.9:51820"));
    }
    ObjectNode tree = tree(node);
    tree.remove("zlayer_java");
    tree.put("future_root", "kept");
    ((ObjectNode) tree.get("config")).putArray("future_config").add(1).add(2.5);
    ((ObjectNode) tree.get("config")).put("slice_cidr", "10.200.16.0/28");
    ObjectNode peer = (ObjectNode) tree.get("peers").get(0);
    peer.put("slice_cidr", "10.200.0.16/28");
    peer.put("connection_type", "HolePunched");
    peer.putObject("future_peer").put("kept", true);
    ((ObjectNode) tree.get("allocator_state")).put("future_allocator", true);
    Files.writeString(node.stateFile(), tree.toString());
    return node;
  }

  private static ObjectNode tree(Node node) throws IOException {
    return (ObjectNode) JsonMapper.shared().readTree(Files.readString(node.stateFile()));
  }

  @Test
  void runsChangesAndKeepsWhatItDoesNotKnow() throws IOException {
    Netns host = network.namespace();
    network.bridge(host.nic("192.0.2.1/24"));
    Node leader = leader(host);
    JsonNode before = tree(leader);
    RunningCommand running = leader.up();
    String allowed =
        Command.of("wg", "show", leader.interfaceName(), "allowed-ips").in(host).output();
    assertTrue(allowed.contains("10.200.0.2/32 10.200.0.16/28"), allowed);
    assertEquals(
        List.of("10.200.0.2"), Dig.ask(host, "10.200.0.1", 15353, "node-0-2.overlay.local").data());

    try (Administration node = Administration.ofRunning(leader.dataDirectory())) {
      for (int i = 3; i <= 15; i++) {
        node.addPeer(PeerConfig.of("n" + i, KEY));
        node.removePeer("n" + i);
      }
      // The addresses of the slice, .16 to .31, are passed over.
      PeerConfig last = node.addPeer(PeerConfig.of("last", KEY));
      assertEquals(IpText.parse("10.200.0.32"), last.overlayIp().orElseThrow());
    }
    assertEquals(0, running.stop().exitCode());

    JsonNode after = tree(leader);
    assertEquals(before.get("future_root"), after.get("future_root"));
    assertEquals(before.get("config"), after.get("config"));
    assertEquals(before.at("/peers/0"), after.at("/peers/0"));
    assertEquals("last", after.at("/peers/1/node_id").asString());
    assertTrue(after.at("/allocator_state/future_allocator").asBoolean());
  }
}
