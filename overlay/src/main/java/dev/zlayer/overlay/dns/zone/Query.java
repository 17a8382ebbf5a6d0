package dev.zlayer.overlay.dns.zone;

import java.util.Optional;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * A well-formed query, and how its answer has to look.
 *
 * @param question name, type and class, the name in the case in which it was asked
 * @param edns what it said of EDNS, if anything (RFC 6891)
 * @param maxAnswerBytes room for the answer
 */
public record Query(
    Header header,
    Record question,
    Optional<OPTRecord> edns,
    Transport transport,
    int maxAnswerBytes) {
  /** What we take in and send in one datagram: it passes every path, the tunnel's too. */
  public static final int MAX_UDP_BYTES = 1232;

  private static final int MIN_UDP_BYTES = 512;
  private static final int MAX_TCP_BYTES = 65_535;

  /** How a query came. */
  public enum Transport {
    UDP,
    TCP
  }

  static Query of(Message message, Transport transport) {
    Optional<OPTRecord> edns = Optional.ofNullable(message.getOPT());
    int udpBytes =
        edns.map(opt -> Math.clamp(opt.getPayloadSize(), MIN_UDP_BYTES, MAX_UDP_BYTES))
            .orElse(MIN_UDP_BYTES);
    return new Query(
        message.getHeader(),
        message.getQuestion(),
        edns,
        transport,
        transport == Transport.UDP ? udpBytes : MAX_TCP_BYTES);
  }

  public boolean isRecursionDesired() {
    return header.getFlag(Flags.RD);
  }

  public boolean isOverUdp() {
    return transport == Transport.UDP;
  }

  /** An answer without records: the question repeated. */
  public Message answer(int rcode, boolean isRecursionAvailable) {
    Message answer = new Message(header.getID());
    Header flags = answer.getHeader();
    flags.setFlag(Flags.QR);
    copy(Flags.RD, flags);
    copy(Flags.CD, flags);
    if (isRecursionAvailable) {
      flags.setFlag(Flags.RA);
    }
    flags.setRcode(rcode & 0xf);
    answer.addRecord(question, Section.QUESTION);
    edns.ifPresent(asked ->
        answer.addRecord(
            new OPTRecord(MAX_UDP_BYTES, rcode >> 4, 0, asked.getFlags() & ExtendedFlags.DO),
            Section.ADDITIONAL));
    return answer;
  }

  /** The answer as it is sent, cut off and marked so where it has no room. */
  public byte[] wire(Message answer) {
    return answer.toWire(maxAnswerBytes);
  }

  /** A failure of ours or of whom we asked. */
  public byte[] failure() {
    return wire(answer(Rcode.SERVFAIL, true));
  }

  private void copy(int flag, Header target) {
    if (header.getFlag(flag)) {
      target.setFlag(flag);
    }
  }
}
