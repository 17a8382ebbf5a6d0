package dev.zlayer.overlay.state;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.api.ApiJson;
import dev.zlayer.overlay.map.FollowedMap;
import dev.zlayer.overlay.map.MapPosition;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** What the state file of a worker has of the leader's map beside the peers, under our own key. */
final class MapFields {
  private static final String NAME = "map";
  private static final long MAX_EPOCH_MILLIS = Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();

  private MapFields() {}

  static FollowedMap read(JsonFields map) {
    return new FollowedMap(
        new MapPosition(
            map.value("log", Function.identity()), map.whole("serial", 0, Long.MAX_VALUE)),
        Instant.ofEpochMilli(map.whole("confirmed_at", 0, MAX_EPOCH_MILLIS)),
        map.valuesByName("observed", PublicKey::parse, HostPort::parse),
        ApiJson.names(map.object("names")));
  }

  /** Where there is none, nothing is written. */
  static void write(ObjectNode own, Optional<FollowedMap> followed) {
    own.remove(NAME);
    followed.ifPresent(map -> write(own.putObject(NAME), map));
  }

  private static void write(ObjectNode json, FollowedMap map) {
    json.put("log", map.position().log());
    json.put("serial", map.position().serial());
    json.put("confirmed_at", map.confirmedAt().toEpochMilli());
    ObjectNode observed = json.putObject("observed");
    Map<String, HostPort> inOrder = new TreeMap<>();
    map.observed().forEach((key, place) -> inOrder.put(key.toBase64(), place));
    inOrder.forEach((key, place) -> observed.put(key, place.toString()));
    json.set("names", ApiJson.of(map.names()));
  }
}
