package dev.zlayer.overlay.dns.zone;

import java.util.List;
import org.xbill.DNS.Record;

/** What the zone has to say of a name and a type. */
sealed interface ZoneAnswer {
  /**
   * There are such records.
   *
   * @param additional what whoever asks will ask next
   */
  record Records(List<Record> answer, List<Record> additional) implements ZoneAnswer {}

  /** The name exists and has nothing of the type (RFC 2308, 2.2). */
  record NoData(Record soa) implements ZoneAnswer {}

  /** There is no such name, nor any below it (RFC 2308, 2.1; RFC 8020). */
  record NoName(Record soa) implements ZoneAnswer {}

  /** The name isn't of our zones. */
  record Elsewhere() implements ZoneAnswer {}
}
