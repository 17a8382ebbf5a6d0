package dev.zlayer.overlay.dns.zone;

import dev.zlayer.overlay.dns.zone.Query.Transport;
import java.io.IOException;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Answers query messages from a zone. Thread safe; it never throws for what was sent. */
public final class Resolver {
  private static final int QR_BIT = 0x80;

  private final Zone zone;
  private final boolean forwarding;
  private final AnswerMemo memo = new AnswerMemo();

  /**
   * A resolver.
   *
   * @param forwarding whether what isn't of the zone is to be asked elsewhere; if not, it is
   *     REFUSED
   */
  public Resolver(Zone zone, boolean forwarding) {
    this.zone = zone;
    this.forwarding = forwarding;
  }

  /** What becomes of a message that came in. */
  public Reply reply(byte[] message, Transport transport) {
    if (message.length < Header.LENGTH || (message[2] & QR_BIT) != 0) {
      return new Reply.Silence();
    }
    if (transport == Transport.TCP) {
      return answer(message, transport);
    }
    // Read before the zone is: an answer may be newer than its version says, never older.
    long version = zone.version();
    Optional<byte[]> known = memo.find(message, version);
    if (known.isPresent()) {
      return new Reply.Answer(known.get());
    }
    Reply reply = answer(message, transport);
    if (reply instanceof Reply.Answer answer && isWorthKeeping(answer.message())) {
      memo.keep(message, version, answer.message());
    }
    return reply;
  }

  /** Not what anybody can ask for in any number: names that aren't there, and errors. */
  private static boolean isWorthKeeping(byte[] answer) {
    return (answer[3] & 0xf) == Rcode.NOERROR;
  }

  private Reply answer(byte[] message, Transport transport) {
    int opcode = message[2] >> 3 & 0xf;
    if (opcode != Opcode.QUERY) {
      return refusal(message, Rcode.NOTIMP);
    }
    Message parsed;
    try {
      parsed = new Message(message);
    } catch (IOException | RuntimeException malformed) {
      // dnsjava's own checks of records throw both.
      return refusal(message, Rcode.FORMERR);
    }
    if (!isWellFormed(parsed)) {
      return refusal(message, Rcode.FORMERR);
    }
    return reply(Query.of(parsed, transport));
  }

  private Reply reply(Query query) {
    if (query.edns().filter(edns -> edns.getVersion() > 0).isPresent()) {
      return answer(query, Rcode.BADVERS);
    }
    Record question = query.question();
    if (question.getDClass() != DClass.IN || isTransfer(question.getType())) {
      return answer(query, Rcode.REFUSED);
    }
    return switch (zone.lookup(question.getName(), question.getType())) {
      case ZoneAnswer.Records records -> {
        Message answer = authoritative(query, Rcode.NOERROR);
        records.answer().forEach(record -> answer.addRecord(record, Section.ANSWER));
        records.additional().forEach(record -> answer.addRecord(record, Section.ADDITIONAL));
        yield new Reply.Answer(query.wire(answer));
      }
      case ZoneAnswer.NoData absent -> negative(query, Rcode.NOERROR, absent.soa());
      case ZoneAnswer.NoName absent -> negative(query, Rcode.NXDOMAIN, absent.soa());
      case ZoneAnswer.Elsewhere _ ->
          forwarding && query.isRecursionDesired()
              ? new Reply.Forward(query)
              : answer(query, Rcode.REFUSED);
    };
  }

  private Reply negative(Query query, int rcode, Record soa) {
    Message answer = authoritative(query, rcode);
    answer.addRecord(soa, Section.AUTHORITY);
    return new Reply.Answer(query.wire(answer));
  }

  private Message authoritative(Query query, int rcode) {
    Message answer = query.answer(rcode, forwarding);
    answer.getHeader().setFlag(Flags.AA);
    return answer;
  }

  private Reply answer(Query query, int rcode) {
    return new Reply.Answer(query.wire(query.answer(rcode, forwarding)));
  }

  /** One question (RFC 9619), and at most one OPT, at the root (RFC 6891, 6.1.1). */
  private static boolean isWellFormed(Message message) {
    if (message.getHeader().getCount(Section.QUESTION) != 1 || message.getQuestion() == null) {
      return false;
    }
    int type = message.getQuestion().getType();
    long options =
        message.getSection(Section.ADDITIONAL).stream()
            .filter(OPTRecord.class::isInstance)
            .filter(record -> record.getName().equals(Name.root))
            .count();
    long misplaced =
        message.getSection(Section.ADDITIONAL).stream().filter(OPTRecord.class::isInstance).count();
    return type != Type.OPT && type != 0 && options == misplaced && options <= 1;
  }

  private static boolean isTransfer(int type) {
    return type == Type.AXFR || type == Type.IXFR;
  }

  /** A header alone: of the rest we can't be sure. */
  private static Reply refusal(byte[] message, int rcode) {
    byte[] answer = new byte[Header.LENGTH];
    answer[0] = message[0];
    answer[1] = message[1];
    // QR, the opcode and RD as they came.
    answer[2] = (byte) (QR_BIT | (message[2] & 0x79));
    answer[3] = (byte) rcode;
    return new Reply.Answer(answer);
  }
}
