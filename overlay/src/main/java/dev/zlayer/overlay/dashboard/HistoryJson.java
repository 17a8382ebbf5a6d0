package dev.zlayer.overlay.dashboard;

import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A track as the page has it; values that aren't known are null. */
final class HistoryJson {
  private HistoryJson() {}

  /**
   * @param peer its node id; empty for all peers together
   */
  static ObjectNode of(Optional<String> peer, Track track) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    peer.ifPresent(id -> json.put("peer", id));
    json.put("step", History.STEP.toSeconds());
    json.put("end", MeshJson.text(track.end()));
    if (peer.isPresent()) {
      ArrayNode rtt = json.putArray("rttMillis");
      for (float millis : track.rttMillis()) {
        if (Float.isNaN(millis)) {
          rtt.addNull();
        } else {
          rtt.add(MeshJson.rounded(millis));
        }
      }
    }
    putRates(json.putArray("receiveRate"), track.receiveRate());
    putRates(json.putArray("sendRate"), track.sendRate());
    ArrayNode changes = json.putArray("changes");
    for (LinkHistory.Change change : track.changes()) {
      changes
          .addObject()
          .put("at", MeshJson.text(change.at()))
          .put("state", change.up() ? "up" : "down");
    }
    return json;
  }

  private static void putRates(ArrayNode array, float[] rates) {
    for (float rate : rates) {
      if (Float.isNaN(rate)) {
        array.addNull();
      } else {
        array.add(Math.round((double) rate));
      }
    }
  }
}
