package dev.zlayer.overlay.control;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.dns.DnsDescription;
import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.overlay.state.JsonFields;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A node's DNS as JSON, as {@link NodeJson} has the rest. */
public final class DnsJson {
  private static final int MAX_PORT = 65535;

  private DnsJson() {}

  public static ObjectNode of(DnsDescription dns) {
    ObjectNode json = NodeJson.object();
    json.put("enabled", dns.enabled());
    json.put("zone", dns.zone());
    ArrayNode addresses = json.putArray("addresses");
    dns.addresses().forEach(address -> addresses.add(IpText.format(address)));
    json.put("port", dns.port());
    ArrayNode records = json.putArray("records");
    dns.records().forEach(record -> records.add(of(record)));
    return json;
  }

  private static ObjectNode of(DnsRecord record) {
    ObjectNode json = NodeJson.object();
    json.put("name", record.name());
    json.put("address", IpText.format(record.address()));
    json.put("origin", record.origin().name().toLowerCase(Locale.ROOT));
    json.put("withdrawn", record.withdrawn());
    return json;
  }

  static DnsDescription description(JsonNode json) {
    JsonFields fields = JsonFields.of("dns", json);
    return new DnsDescription(
        fields.flag("enabled"),
        fields.value("zone", Function.identity()),
        fields.values("addresses", IpText::parse),
        (int) fields.whole("port", 1, MAX_PORT),
        fields.objects("records").stream().map(DnsJson::record).toList());
  }

  private static DnsRecord record(JsonFields fields) {
    return new DnsRecord(
        fields.value("name", Function.identity()),
        fields.value("address", IpText::parse),
        fields.value("origin", text -> DnsRecord.Origin.valueOf(text.toUpperCase(Locale.ROOT))),
        fields.flag("withdrawn"));
  }
}
