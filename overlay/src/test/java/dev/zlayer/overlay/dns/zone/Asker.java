package dev.zlayer.overlay.dns.zone;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.zlayer.overlay.dns.zone.Query.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Asks a resolver as a client would, over the wire format. */
final class Asker {
  static final int ID = 0x1234;

  private final Resolver resolver;

  Asker(Resolver resolver) {
    this.resolver = resolver;
  }

  static Message query(String name, int type) {
    Message query = new Message(ID);
    query.getHeader().setFlag(Flags.RD);
    query.addRecord(
        Record.newRecord(Name.fromConstantString(name), type, DClass.IN), Section.QUESTION);
    return query;
  }

  Message ask(String name, int type) {
    return ask(query(name, type), Transport.UDP);
  }

  Message ask(Message query, Transport transport) {
    return parse(wire(query, transport));
  }

  byte[] wire(Message query, Transport transport) {
    return assertInstanceOf(Reply.Answer.class, reply(query, transport)).message();
  }

  Reply reply(Message query, Transport transport) {
    return resolver.reply(query.toWire(), transport);
  }

  Reply reply(String name, int type) {
    return reply(query(name, type), Transport.UDP);
  }

  static Message parse(byte[] wire) {
    try {
      return new Message(wire);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the answer section says: {@code A 10.200.0.5}. */
  static List<String> answers(Message message) {
    return texts(message, Section.ANSWER);
  }

  static List<String> texts(Message message, int section) {
    return message.getSection(section).stream()
        .map(record -> org.xbill.DNS.Type.string(record.getType()) + " " + record.rdataToString())
        .toList();
  }
}
