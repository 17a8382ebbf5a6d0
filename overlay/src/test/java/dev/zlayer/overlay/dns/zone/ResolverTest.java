package dev.zlayer.overlay.dns.zone;

import static dev.zlayer.overlay.dns.zone.Asker.answers;
import static dev.zlayer.overlay.dns.zone.Asker.query;
import static dev.zlayer.overlay.dns.zone.Asker.texts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.dns.zone.Query.Transport;
import dev.zlayer.wireguard.Cidr;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class ResolverTest {
  private static final DnsConfig CONFIG =
      DnsConfig.of("overlay.local")
          .withListenAddress(IpText.parse("10.200.0.1"))
          .withNetworks(List.of(Cidr.parse("10.200.0.0/16")));

  private final Zone zone = zone();
  private final Asker resolver = new Asker(new Resolver(zone, true));
  private final Asker closed = new Asker(new Resolver(zone, false));

  private static Zone zone() {
    Zone zone = new Zone(CONFIG, 7);
    zone.setNodes(
        List.of(
            new ZoneNode(List.of(IpText.parse("10.200.0.1")), Optional.empty(), true),
            new ZoneNode(List.of(IpText.parse("10.200.0.5")), Optional.of("web"), false)));
    return zone;
  }

  private static Message withEdns(Message query, int payload, int version, int flags) {
    query.addRecord(new OPTRecord(payload, 0, version, flags), Section.ADDITIONAL);
    return query;
  }

  private static boolean has(Message message, int flag) {
    return message.getHeader().getFlag(flag);
  }

  @Test
  void answersForItsZoneWithAuthority() {
    Message answer = resolver.ask("node-0-5.overlay.local.", Type.A);
    assertEquals(Asker.ID, answer.getHeader().getID());
    assertEquals(Rcode.NOERROR, answer.getRcode());
    assertTrue(has(answer, Flags.QR) && has(answer, Flags.AA) && has(answer, Flags.RD));
    assertTrue(has(answer, Flags.RA));
    assertFalse(has(answer, Flags.TC));
    assertEquals(List.of("A 10.200.0.5"), answers(answer));
    assertEquals(5, answer.getSection(Section.ANSWER).getFirst().getTTL());
    assertFalse(has(closed.ask("leader.overlay.local.", Type.A), Flags.RA));
  }

  /** RFC 2308, 2.1: the SOA, whose lifetime is the lesser of its own and its last field. */
  @Test
  void aMissingNameIsDeniedWithTheSoa() {
    Message answer = resolver.ask("nobody.overlay.local.", Type.A);
    assertEquals(Rcode.NXDOMAIN, answer.getRcode());
    assertTrue(has(answer, Flags.AA));
    assertEquals(List.of(), answers(answer));
    assertSoa(answer, "overlay.local.");
    assertSoa(resolver.ask("9.0.200.10.in-addr.arpa.", Type.PTR), "200.10.in-addr.arpa.");
  }

  /** RFC 2308, 2.2. */
  @Test
  void aNameWithoutTheTypeIsNotDenied() {
    for (int type : new int[] {Type.AAAA, Type.TXT, Type.MX, Type.PTR, 65280}) {
      Message answer = resolver.ask("web.overlay.local.", type);
      assertEquals(Rcode.NOERROR, answer.getRcode());
      assertEquals(List.of(), answers(answer));
      assertSoa(answer, "overlay.local.");
    }
  }

  private static void assertSoa(Message answer, String apex) {
    Record soa = answer.getSection(Section.AUTHORITY).getFirst();
    assertEquals(Type.SOA, soa.getType());
    assertEquals(apex, soa.getName().toString());
    assertEquals(10, soa.getTTL());
    assertTrue(soa.rdataToString().endsWith(" 10"), soa::rdataToString);
  }

  @Test
  void namesAreFoundInAnyCaseAndRepeatedAsTheyWereAsked() {
    Message answer = resolver.ask("WeB.OverLay.LOCAL.", Type.A);
    assertEquals(List.of("A 10.200.0.5"), answers(answer));
    assertEquals("WeB.OverLay.LOCAL.", answer.getQuestion().getName().toString());
    assertEquals(
        List.of("PTR node-0-5.overlay.local."),
        answers(resolver.ask("5.0.200.10.IN-ADDR.arpa.", Type.PTR)));
  }

  @Test
  void ednsIsAnsweredWithEdnsAndOnlyThen() {
    assertEquals(null, resolver.ask("web.overlay.local.", Type.A).getOPT());
    Message answer =
        resolver.ask(
            withEdns(query("web.overlay.local.", Type.A), 4096, 0, ExtendedFlags.DO),
            Transport.UDP);
    assertEquals(Query.MAX_UDP_BYTES, answer.getOPT().getPayloadSize());
    assertEquals(0, answer.getOPT().getVersion());
    assertEquals(ExtendedFlags.DO, answer.getOPT().getFlags());
    assertEquals(List.of("A 10.200.0.5"), answers(answer));
    Message denied =
        resolver.ask(withEdns(query("no.overlay.local.", Type.A), 0, 0, 0), Transport.UDP);
    assertEquals(Rcode.NXDOMAIN, denied.getRcode());
    assertEquals(0, denied.getOPT().getFlags());
  }

  /** RFC 6891, 6.1.3. */
  @Test
  void aLaterVersionOfEdnsIsRefusedAsSuch() {
    Message answer =
        resolver.ask(withEdns(query("web.overlay.local.", Type.A), 1232, 1, 0), Transport.UDP);
    assertEquals(Rcode.BADVERS, answer.getRcode());
    assertEquals(0, answer.getOPT().getVersion());
    assertEquals(List.of(), answers(answer));
  }

  /** RFC 6891, 6.1.1. */
  @Test
  void twoOptRecordsAreAnError() {
    Message query = withEdns(query("web.overlay.local.", Type.A), 1232, 0, 0);
    query.addRecord(new OPTRecord(512, 0, 0, 0), Section.ADDITIONAL);
    assertEquals(Rcode.FORMERR, resolver.ask(query, Transport.UDP).getRcode());
  }

  @Test
  void whatHasNoRoomIsCutOffAndWholeOverTcp() {
    for (int i = 0; i < 100; i++) {
      zone.add("many", IpText.parse("10.200.3." + i));
    }
    assertTruncated(resolver.wire(query("many.overlay.local.", Type.A), Transport.UDP), 512);
    assertTruncated(
        resolver.wire(withEdns(query("many.overlay.local.", Type.A), 100, 0, 0), Transport.UDP),
        512);
    assertTruncated(
        resolver.wire(withEdns(query("many.overlay.local.", Type.A), 1000, 0, 0), Transport.UDP),
        1000);
    assertTruncated(
        resolver.wire(withEdns(query("many.overlay.local.", Type.A), 65535, 0, 0), Transport.UDP),
        Query.MAX_UDP_BYTES);
    Message whole = resolver.ask(query("many.overlay.local.", Type.A), Transport.TCP);
    assertFalse(has(whole, Flags.TC));
    assertEquals(100, answers(whole).size());
  }

  private static void assertTruncated(byte[] wire, int maxBytes) {
    assertTrue(wire.length <= maxBytes, wire.length + " > " + maxBytes);
    assertTrue(has(Asker.parse(wire), Flags.TC));
  }

  @Test
  void aNameServerComesWithItsAddress() {
    Message answer = resolver.ask("overlay.local.", Type.NS);
    assertEquals(List.of("NS ns.overlay.local."), answers(answer));
    assertEquals(List.of("A 10.200.0.1"), texts(answer, Section.ADDITIONAL));
  }

  @Test
  void whatIsElsewhereIsForwardedIfItMayBe() {
    Reply.Forward forward =
        assertInstanceOf(Reply.Forward.class, resolver.reply("example.org.", Type.A));
    assertEquals("example.org.", forward.query().question().getName().toString());
    assertInstanceOf(Reply.Forward.class, resolver.reply("local.", Type.SOA));
    assertInstanceOf(Reply.Forward.class, resolver.reply("1.2.0.192.in-addr.arpa.", Type.PTR));

    Message query = query("example.org.", Type.A);
    query.getHeader().unsetFlag(Flags.RD);
    assertEquals(Rcode.REFUSED, resolver.ask(query, Transport.UDP).getRcode());
    Message refused = closed.ask("example.org.", Type.A);
    assertEquals(Rcode.REFUSED, refused.getRcode());
    assertFalse(has(refused, Flags.RA) || has(refused, Flags.AA));
  }

  @ParameterizedTest
  @ValueSource(ints = {Type.AXFR, Type.IXFR})
  void theZoneIsNotHandedOut(int type) {
    Message answer = resolver.ask(query("overlay.local.", type), Transport.TCP);
    assertEquals(Rcode.REFUSED, answer.getRcode());
  }

  @Test
  void otherClassesAreRefused() {
    Message query = new Message(1);
    query.addRecord(
        Record.newRecord(Name.fromConstantString("version.bind."), Type.TXT, DClass.CH),
        Section.QUESTION);
    assertEquals(Rcode.REFUSED, resolver.ask(query, Transport.UDP).getRcode());
  }

  @ParameterizedTest
  @ValueSource(ints = {Opcode.IQUERY, Opcode.STATUS, Opcode.NOTIFY, Opcode.UPDATE, 15})
  void otherOperationsAreNotImplemented(int opcode) {
    Message query = query("overlay.local.", Type.SOA);
    query.getHeader().setOpcode(opcode);
    Message answer = resolver.ask(query, Transport.UDP);
    assertEquals(Rcode.NOTIMP, answer.getRcode());
    assertEquals(opcode, answer.getHeader().getOpcode());
    assertEquals(Asker.ID, answer.getHeader().getID());
  }

  /** RFC 9619. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void oneQuestionIsAsked(int questions) {
    Message query = new Message(Asker.ID);
    for (int i = 0; i < questions; i++) {
      query.addRecord(
          query("web.overlay.local.", i == 0 ? Type.A : Type.AAAA).getQuestion(), Section.QUESTION);
    }
    assertEquals(Rcode.FORMERR, resolver.ask(query, Transport.UDP).getRcode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A question that is cut off, a name that leads to itself, a label that is none.
        "123401000001000000000000",
        "1234010000010000000000000377656207",
        "12340100000100000000000c00c00010001",
        "123401000001000000000000800000010001",
        "1234010000010000000000010377656200000100010000290200000000",
      })
  void whatIsMalformedIsAnsweredAsSuch(String hex) {
    byte[] message = HexFormat.of().parseHex(hex.length() % 2 == 0 ? hex : hex + "0");
    for (Transport transport : Transport.values()) {
      Reply reply = new Resolver(zone, true).reply(message, transport);
      byte[] answer = assertInstanceOf(Reply.Answer.class, reply).message();
      assertArrayEquals(HexFormat.of().parseHex("123481010000000000000000"), answer);
    }
  }

  @Test
  void whatIsNoQueryIsNotAnswered() {
    Resolver silent = new Resolver(zone, true);
    for (String hex : List.of("", "1234", "1234010000010000000000", "123481000001000000000000")) {
      byte[] message = HexFormat.of().parseHex(hex);
      assertInstanceOf(Reply.Silence.class, silent.reply(message, Transport.UDP), hex);
    }
  }

  /** What came in decides nothing but the answer: random bytes and damaged queries. */
  @ParameterizedTest
  @EnumSource(Transport.class)
  void nothingThatIsSentBreaksIt(Transport transport) {
    long seed = 20261124;
    Random random = new Random(seed);
    Resolver target = new Resolver(zone, true);
    byte[] query =
        withEdns(query("web.overlay.local.", Type.A), 1232, 0, ExtendedFlags.DO).toWire();
    for (int i = 0; i < 100_000; i++) {
      byte[] message;
      if (i % 2 == 0) {
        message = new byte[random.nextInt(64)];
        random.nextBytes(message);
      } else {
        message = query.clone();
        for (int flips = random.nextInt(6); flips >= 0; flips--) {
          message[random.nextInt(message.length)] = (byte) random.nextInt();
        }
      }
      int round = i;
      Reply reply = target.reply(message, transport);
      if (reply instanceof Reply.Answer answer) {
        byte[] wire = answer.message();
        assertTrue(wire.length >= 12, () -> "seed " + seed + ", round " + round);
        assertEquals(message[0], wire[0]);
        assertEquals(message[1], wire[1]);
        assertTrue((wire[2] & 0x80) != 0);
      }
    }
  }

  @Test
  void answersFollowChangesAtOnce() {
    assertEquals(List.of("A 10.200.0.5"), answers(resolver.ask("web.overlay.local.", Type.A)));
    zone.add("web", IpText.parse("10.200.0.6"));
    assertEquals(
        List.of("A 10.200.0.5", "A 10.200.0.6"),
        answers(resolver.ask("web.overlay.local.", Type.A)));
    zone.withdraw(Set.of(IpText.parse("10.200.0.5")));
    assertEquals(List.of("A 10.200.0.6"), answers(resolver.ask("web.overlay.local.", Type.A)));
    zone.withdraw(Set.of());
    zone.remove("web");
    zone.setNodes(List.of());
    assertEquals(Rcode.NXDOMAIN, resolver.ask("web.overlay.local.", Type.A).getRcode());
  }

  @Test
  void whatWasAskedBeforeIsAnsweredToWhoAsksNow() {
    Message first = resolver.ask("web.overlay.local.", Type.A);
    Message again = query("web.overlay.local.", Type.A);
    again.getHeader().setID(0xbeef);
    again.getHeader().unsetFlag(Flags.RD);
    Message answer = resolver.ask(again, Transport.UDP);
    assertEquals(0xbeef, answer.getHeader().getID());
    assertFalse(has(answer, Flags.RD));
    assertEquals(Asker.ID, resolver.ask("web.overlay.local.", Type.A).getHeader().getID());
    assertEquals(answers(first), answers(answer));
    Message otherCase = resolver.ask("WEB.overlay.local.", Type.A);
    assertEquals("WEB.overlay.local.", otherCase.getQuestion().getName().toString());
    assertEquals(0, resolver.ask("web.overlay.local.", Type.AAAA).getSection(1).size());
  }
}
