package dev.zlayer.overlay.control;

import static dev.zlayer.overlay.SampleKeys.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.state.JsonText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class NodeJsonTest {
  private static JsonNode overTheWire(JsonNode json) {
    return JsonText.parse(JsonText.compactBytes(json));
  }

  @Test
  void nodeComesBack() {
    assertEquals(
        SampleNode.DESCRIPTION, NodeJson.node(overTheWire(NodeJson.of(SampleNode.DESCRIPTION))));
  }

  @Test
  void peersComeBackButNotTheirSecrets() {
    List<PeerConfig> peers = List.of(SampleNode.FULL, SampleNode.BARE);
    assertEquals(
        List.of(SampleNode.withoutSecret(SampleNode.FULL), SampleNode.BARE),
        NodeJson.peers(overTheWire(NodeJson.of(peers))));
  }

  @Test
  void presharedKeyGoesOverTheSocketOnly() {
    assertEquals(SampleNode.FULL, NodeJson.peer(overTheWire(NodeJson.withSecret(SampleNode.FULL))));
    assertTrue(NodeJson.of(SampleNode.FULL).get("has_preshared_key").asBoolean());
    assertFalse(NodeJson.text(NodeJson.of(SampleNode.FULL)).contains(key(9)));
  }

  @Test
  void statusComesBack() {
    NodeStatus status = new SampleNode().status();
    assertEquals(status, NodeJson.status(overTheWire(NodeJson.of(status))));
  }

  @Test
  void dropReasonOfAnotherVersionIsPassedOver() {
    NodeStatus status = new SampleNode().status();
    ObjectNode json = NodeJson.of(status);
    ((ObjectNode) json.get("drops")).put("gamma_ray", 1);
    assertEquals(status.drops(), NodeJson.status(json).drops());
  }

  @ParameterizedTest
  @ValueSource(strings = {"node_id", "public_key", "keepalive_seconds"})
  void missingFieldOfAPeerIsNamed(String field) {
    ObjectNode json = NodeJson.withSecret(SampleNode.FULL);
    json.remove(field);
    var refusal = assertThrows(IllegalArgumentException.class, () -> NodeJson.peer(json));
    assertEquals("field 'peer." + field + "' is missing", refusal.getMessage());
  }

  @Test
  void badSecretIsNotQuoted() {
    ObjectNode json = NodeJson.withSecret(SampleNode.FULL).put("preshared_key", "hunter2");
    var refusal = assertThrows(IllegalArgumentException.class, () -> NodeJson.peer(json));
    assertFalse(refusal.getMessage().contains("hunter2"), refusal.getMessage());
  }
}
