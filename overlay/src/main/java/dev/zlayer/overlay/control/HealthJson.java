package dev.zlayer.overlay.control;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.health.PingStatistics;
import dev.zlayer.overlay.state.JsonFields;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A peer's health as JSON; times in nanoseconds, what is absent null. */
public final class HealthJson {
  private HealthJson() {}

  public static ObjectNode of(PeerHealth health) {
    ObjectNode json = NodeJson.object();
    json.put("public_key", health.publicKey().toBase64());
    json.put("overlay_ip", health.overlayIp().map(IpText::format).orElse(null));
    json.put("healthy", health.healthy());
    json.put("since", health.since().map(Instant::toString).orElse(null));
    put(json, "handshake_age_nanos", health.handshakeAge());
    put(json, "last_ping_nanos", health.lastPing());
    json.put("failure_count", health.failureCount());
    ObjectNode pings = json.putObject("pings");
    pings.put("sent", health.pings().sent());
    pings.put("answered", health.pings().answered());
    put(pings, "min_nanos", health.pings().min());
    put(pings, "mean_nanos", health.pings().mean());
    put(pings, "max_nanos", health.pings().max());
    return json;
  }

  /** What {@link #of} wrote. */
  static PeerHealth read(JsonFields fields) {
    JsonFields pings = fields.object("pings");
    return new PeerHealth(
        fields.value("public_key", PublicKey::parse),
        fields.optionalValue("overlay_ip", IpText::parse),
        fields.flag("healthy"),
        fields.optionalValue("since", NodeJson::instant),
        nanos(fields, "handshake_age_nanos"),
        nanos(fields, "last_ping_nanos"),
        (int) fields.whole("failure_count", 0, Integer.MAX_VALUE),
        new PingStatistics(
            (int) pings.whole("sent", 0, Integer.MAX_VALUE),
            (int) pings.whole("answered", 0, Integer.MAX_VALUE),
            nanos(pings, "min_nanos"),
            nanos(pings, "mean_nanos"),
            nanos(pings, "max_nanos")));
  }

  private static Optional<Duration> nanos(JsonFields fields, String name) {
    return fields.optionalWhole(name, 0, Long.MAX_VALUE).map(Duration::ofNanos);
  }

  private static void put(ObjectNode json, String name, Optional<Duration> time) {
    time.ifPresentOrElse(
        value -> json.put(name, Math.max(0, value.toNanos())), () -> json.putNull(name));
  }
}
