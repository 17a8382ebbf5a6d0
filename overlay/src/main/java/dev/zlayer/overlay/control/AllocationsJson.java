package dev.zlayer.overlay.control;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.AddressLease;
import dev.zlayer.overlay.Allocations;
import dev.zlayer.overlay.ipam.AllocationStats;
import dev.zlayer.overlay.state.JsonFields;
import dev.zlayer.wireguard.Cidr;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A leader's leases as JSON, as {@link NodeJson} has the rest. */
public final class AllocationsJson {
  private AllocationsJson() {}

  public static ObjectNode of(Allocations allocations) {
    ObjectNode json = NodeJson.object();
    json.set("stats", of(allocations.stats()));
    ArrayNode leases = json.putArray("leases");
    allocations.leases().forEach(lease -> leases.add(of(lease)));
    return json;
  }

  public static ObjectNode of(AllocationStats stats) {
    ObjectNode json = NodeJson.object();
    json.put("cidr", stats.cidr().toString());
    json.put("total", stats.total());
    json.put("allocated", stats.allocated());
    json.put("resting", stats.resting());
    json.put("available", stats.available());
    return json;
  }

  private static ObjectNode of(AddressLease lease) {
    ObjectNode json = NodeJson.object();
    json.put("address", IpText.format(lease.address()));
    json.put("state", lease.state().name().toLowerCase(Locale.ROOT));
    json.put("node_id", lease.nodeId().orElse(null));
    json.put("rests_until", lease.restsUntil().map(Instant::toString).orElse(null));
    return json;
  }

  /** What {@link #of(Allocations)} wrote. */
  static Allocations read(JsonNode json) {
    JsonFields fields = JsonFields.of("allocations", json);
    return new Allocations(
        stats(fields.object("stats")),
        fields.objects("leases").stream().map(AllocationsJson::lease).toList());
  }

  private static AllocationStats stats(JsonFields fields) {
    return new AllocationStats(
        fields.value("cidr", Cidr::parse),
        fields.whole("total", 0, Long.MAX_VALUE),
        (int) fields.whole("allocated", 0, Integer.MAX_VALUE),
        (int) fields.whole("resting", 0, Integer.MAX_VALUE),
        fields.whole("available", 0, Long.MAX_VALUE));
  }

  private static AddressLease lease(JsonFields fields) {
    return new AddressLease(
        fields.value("address", IpText::parse),
        fields.value("state", text -> AddressLease.State.valueOf(text.toUpperCase(Locale.ROOT))),
        fields.optionalValue("node_id", Function.identity()),
        fields.optionalValue("rests_until", Instant::parse));
  }
}
