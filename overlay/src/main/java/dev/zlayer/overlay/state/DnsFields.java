package dev.zlayer.overlay.state;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.state.DnsState.AddedName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the state file has of DNS, under our own key. */
final class DnsFields {
  private static final int MAX_PORT = 65535;
  private static final long MAX_TTL_SECONDS = 86_400;

  private static final List<String> OWN =
      List.of(
          "enabled",
          "zone",
          "port",
          "ttl_seconds",
          "negative_ttl_seconds",
          "forwarding",
          "upstreams",
          "records");

  private DnsFields() {}

  static DnsState read(JsonFields fields) {
    Optional<List<HostPort>> upstreams =
        fields.has("upstreams")
            ? Optional.of(fields.values("upstreams", HostPort::parse))
            : Optional.empty();
    try {
      DnsConfig config =
          new DnsConfig(
              fields.optionalValue("zone", Function.identity()).orElse(DnsConfig.DEFAULT_ZONE),
              List.of(),
              fields
                  .optionalWhole("port", 1, MAX_PORT)
                  .map(Math::toIntExact)
                  .orElse(DnsConfig.DEFAULT_PORT),
              seconds(fields, "ttl_seconds", DnsConfig.DEFAULT_TTL),
              seconds(fields, "negative_ttl_seconds", DnsConfig.DEFAULT_NEGATIVE_TTL),
              upstreams,
              !fields.has("forwarding") || fields.flag("forwarding"),
              List.of());
      Optional<Boolean> enabled =
          fields.has("enabled") ? Optional.of(fields.flag("enabled")) : Optional.empty();
      return new DnsState(enabled, config, added(fields));
    } catch (JsonFields.BadField e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new JsonFields.BadField(fields.path(), "is wrong: " + e.getMessage());
    }
  }

  /** As long as nobody has said anything, nothing is written. */
  static void write(ObjectNode json, DnsState state) {
    json.remove(OWN);
    if (state.equals(DnsState.UNDECIDED)) {
      return;
    }
    DnsConfig config = state.config();
    state.enabled().ifPresent(value -> json.put("enabled", value));
    json.put("zone", config.zone());
    json.put("port", config.port());
    json.put("ttl_seconds", config.ttl().toSeconds());
    json.put("negative_ttl_seconds", config.negativeTtl().toSeconds());
    json.put("forwarding", config.forwarding());
    config
        .upstreams()
        .ifPresent(upstreams -> {
          ArrayNode array = json.putArray("upstreams");
          upstreams.forEach(upstream -> array.add(upstream.toString()));
        });
    ArrayNode records = json.putArray("records");
    for (AddedName added : state.added()) {
      records.addObject().put("name", added.host()).put("address", IpText.format(added.address()));
    }
  }

  private static List<AddedName> added(JsonFields fields) {
    return fields.has("records")
        ? fields.objects("records").stream().map(DnsFields::addedName).toList()
        : List.of();
  }

  private static AddedName addedName(JsonFields record) {
    return new AddedName(
        record.value("name", Function.identity()), record.value("address", IpText::parse));
  }

  private static Duration seconds(JsonFields fields, String name, Duration otherwise) {
    return fields
        .optionalWhole(name, 0, MAX_TTL_SECONDS)
        .map(Duration::ofSeconds)
        .orElse(otherwise);
  }
}
