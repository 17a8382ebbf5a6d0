package dev.zlayer.overlay.resolver.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.overlay.dns.DnsRecord.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostsLinesTest {
  private static DnsRecord record(String name, String address, Origin origin, boolean withdrawn) {
    return new DnsRecord(name, IpText.parse(address), origin, withdrawn);
  }

  @Test
  void anAddressHasTheNameOfItsPointerFirstAndNoneThatIsWithdrawn() {
    assertEquals(
        List.of(
            "10.200.0.5 node-0-5.overlay.local web.overlay.local api.overlay.local",
            "fd00::5 api.overlay.local"),
        HostsLines.of(
            List.of(
                record("api.overlay.local", "10.200.0.5", Origin.ADDED, false),
                record("api.overlay.local", "fd00::5", Origin.ADDED, false),
                record("api.overlay.local", "10.200.0.6", Origin.ADDED, true),
                record("node-0-5.overlay.local", "10.200.0.5", Origin.NODE, false),
                record("web.overlay.local", "10.200.0.5", Origin.HOSTNAME, false))));
  }
}
