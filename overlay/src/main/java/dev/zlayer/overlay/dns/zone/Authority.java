package dev.zlayer.overlay.dns.zone;

import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** What stands at the top of each of our zones: SOA and NS (RFC 1035, 3.3.13; RFC 2308, 4). */
final class Authority {
  private static final int REFRESH_SECONDS = 3600;
  private static final int RETRY_SECONDS = 600;
  private static final int EXPIRE_SECONDS = 86_400;

  private final Name server;
  private final Name mailbox;
  private final long ttlSeconds;
  private final long negativeTtlSeconds;

  /** For the zones of the server at {@code ns} in {@code zone}. */
  Authority(Name zone, long ttlSeconds, long negativeTtlSeconds) {
    this.server = below(zone, "ns");
    this.mailbox = below(zone, "hostmaster");
    this.ttlSeconds = ttlSeconds;
    this.negativeTtlSeconds = negativeTtlSeconds;
  }

  Name server() {
    return server;
  }

  /** Its own lifetime is that of absence, since the lesser of both counts. */
  SOARecord soa(Name apex, long serial) {
    return new SOARecord(
        apex,
        DClass.IN,
        negativeTtlSeconds,
        server,
        mailbox,
        serial,
        REFRESH_SECONDS,
        RETRY_SECONDS,
        EXPIRE_SECONDS,
        negativeTtlSeconds);
  }

  /** The records at {@code apex} of a type. */
  List<Record> records(Name apex, int type, long serial) {
    Record ns = new NSRecord(apex, DClass.IN, ttlSeconds, server);
    return switch (type) {
      case Type.SOA -> List.of(soa(apex, serial));
      case Type.NS -> List.of(ns);
      case Type.ANY -> List.of(soa(apex, serial), ns);
      default -> List.of();
    };
  }

  private static Name below(Name zone, String label) {
    try {
      return Name.fromString(label, zone);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("no room for '" + label + "' below " + zone, e);
    }
  }
}
