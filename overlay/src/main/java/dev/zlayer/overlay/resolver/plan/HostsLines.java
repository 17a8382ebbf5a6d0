package dev.zlayer.overlay.resolver.plan;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.dns.DnsRecord;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Names as lines of {@code hosts}: hosts(5). */
public final class HostsLines {
  private HostsLines() {}

  /**
   * A line an address, with the name first that its PTR has. What isn't told now is left out, so
   * that the names are those which a question would find.
   */
  public static List<String> of(List<DnsRecord> records) {
    Map<String, String> lines = new LinkedHashMap<>();
    ordered(records)
        .forEach(record ->
            lines.merge(
                IpText.format(record.address()),
                record.name(),
                (names, more) -> names + " " + more));
    return lines.entrySet().stream().map(line -> line.getKey() + " " + line.getValue()).toList();
  }

  private static Stream<DnsRecord> ordered(List<DnsRecord> records) {
    return records.stream()
        .filter(record -> !record.withdrawn())
        .sorted(Comparator.comparing(DnsRecord::origin));
  }
}
