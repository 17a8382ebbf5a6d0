package dev.zlayer.overlay.dns;

import static dev.zlayer.overlay.dns.DnsClient.answers;
import static dev.zlayer.overlay.dns.DnsClient.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.HostPort;
import dev.zlayer.wireguard.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsForwardingTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration WITHIN = Duration.ofSeconds(2);

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  private FakeUpstream upstream(Function<Message, Message> behaviour) throws IOException {
    FakeUpstream upstream = new FakeUpstream(behaviour);
    opened.add(upstream);
    return upstream;
  }

  private DnsClient server(HostPort... upstreams) {
    int port = DnsClient.freePort();
    DnsServer server =
        DnsServer.of(
            DnsConfig.of("overlay.local")
                .withListenAddress(LOOPBACK)
                .withPort(port)
                .withNetworks(List.of(Cidr.parse("127.0.0.0/8")))
                .withUpstreams(List.of(upstreams)));
    opened.add(server);
    server.start();
    return new DnsClient(new InetSocketAddress(LOOPBACK, port));
  }

  private static Message answer(Message query, String... addresses) {
    Message answer = reply(query, Rcode.NOERROR);
    for (String address : addresses) {
      answer.addRecord(
          new ARecord(query.getQuestion().getName(), DClass.IN, 77, InetAddress.ofLiteral(address)),
          Section.ANSWER);
    }
    return answer;
  }

  private static Message reply(Message query, int rcode) {
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.AA);
    answer.getHeader().setRcode(rcode);
    answer.addRecord(query.getQuestion(), Section.QUESTION);
    return answer;
  }

  private static HostPort dead() {
    return HostPort.of(LOOPBACK, DnsClient.freePort());
  }

  private static void assertFailsInTime(DnsClient client) throws IOException {
    long start = System.nanoTime();
    Message answer = client.ask("example.org.", Type.A);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertEquals(Rcode.SERVFAIL, answer.getRcode());
    assertEquals("example.org.", answer.getQuestion().getName().toString());
    assertTrue(took.compareTo(WITHIN) < 0, took::toString);
  }

  @Test
  void tellsWhatTheUpstreamSays() throws IOException {
    FakeUpstream upstream = upstream(query -> answer(query, "192.0.2.80"));
    DnsClient client = server(upstream.place());
    Message answer = client.ask("example.org.", Type.A);
    assertEquals(List.of("A 192.0.2.80"), answers(answer));
    assertEquals(77, answer.getSection(Section.ANSWER).getFirst().getTTL());
    assertTrue(answer.getHeader().getFlag(Flags.RA));
    assertFalse(answer.getHeader().getFlag(Flags.AA));
    assertEquals(List.of("A 192.0.2.80"), answers(client.askOverTcp("example.org.", Type.A)));
    assertEquals(2, upstream.asked.size());
    assertNotEquals(
        upstream.asked.get(0).getHeader().getID(), upstream.asked.get(1).getHeader().getID());
  }

  @Test
  void askNobodyAboutOurOwnNames() throws IOException {
    FakeUpstream upstream = upstream(query -> answer(query, "192.0.2.80"));
    DnsClient client = server(upstream.place());
    assertEquals(Rcode.NXDOMAIN, client.ask("nobody.overlay.local.", Type.A).getRcode());
    assertEquals(Rcode.NXDOMAIN, client.ask("9.9.0.127.in-addr.arpa.", Type.PTR).getRcode());
    assertEquals(List.of(), upstream.asked);
  }

  @Test
  void aMissingNameStaysMissing() throws IOException {
    FakeUpstream upstream = upstream(query -> reply(query, Rcode.NXDOMAIN));
    assertEquals(Rcode.NXDOMAIN, server(upstream.place()).ask("example.org.", Type.A).getRcode());
  }

  @Test
  void failsInTimeWhereNobodyAnswers() throws IOException {
    assertFailsInTime(server());
    assertFailsInTime(server(dead()));
    assertFailsInTime(server(dead(), dead(), dead(), dead()));
    assertFailsInTime(server(upstream(query -> null).place()));
  }

  @Test
  void failsWhereEverybodyFails() throws IOException {
    FakeUpstream refusing = upstream(query -> reply(query, Rcode.REFUSED));
    FakeUpstream failing = upstream(query -> reply(query, Rcode.SERVFAIL));
    assertFailsInTime(server(refusing.place(), failing.place()));
    assertEquals(1, refusing.asked.size());
    assertEquals(1, failing.asked.size());
  }

  @Test
  void asksTheNextWhereOneIsDeadAndPrefersItThen() throws IOException {
    FakeUpstream silent = upstream(query -> null);
    FakeUpstream failing = upstream(query -> reply(query, Rcode.SERVFAIL));
    FakeUpstream working = upstream(query -> answer(query, "192.0.2.80"));
    DnsClient client = server(silent.place(), failing.place(), working.place());
    assertEquals(List.of("A 192.0.2.80"), answers(client.ask("example.org.", Type.A)));
    assertEquals(List.of("A 192.0.2.80"), answers(client.ask("example.net.", Type.A)));
    assertEquals(1, silent.asked.size());
    assertEquals(2, working.asked.size());
  }

  @Test
  void believesOnlyAnswersToItsQuestion() throws IOException {
    FakeUpstream forging =
        upstream(query -> {
          Message forged = answer(query, "203.0.113.66");
          forged.getHeader().setID(query.getHeader().getID() ^ 1);
          return forged;
        });
    FakeUpstream elsewhere =
        upstream(query -> answer(query("example.com.", Type.A), "203.0.113.66"));
    assertFailsInTime(server(forging.place(), elsewhere.place()));
  }

  @Test
  void asksOverTcpWhatDoesNotFitForAClientThatDoes() throws IOException {
    String[] many = new String[100];
    for (int i = 0; i < many.length; i++) {
      many[i] = "192.0.2." + i;
    }
    FakeUpstream upstream = upstream(query -> answer(query, many));
    DnsClient client = server(upstream.place());
    assertTrue(client.ask("example.org.", Type.A).getHeader().getFlag(Flags.TC));
    Message whole = client.askOverTcp("example.org.", Type.A);
    assertEquals(many.length, answers(whole).size());
    assertFalse(whole.getHeader().getFlag(Flags.TC));
  }

  /** What an EDNS option says is between a client and us (RFC 6891, 6.1.1). */
  @Test
  void ednsGoesOnAndItsOptionsStay() throws IOException {
    FakeUpstream upstream = upstream(query -> answer(query, "192.0.2.80"));
    DnsClient client = server(upstream.place());
    Message query = query("example.org.", Type.A);
    query.addRecord(
        new OPTRecord(
            4096,
            0,
            0,
            ExtendedFlags.DO,
            new org.xbill.DNS.GenericEDNSOption(65001, new byte[] {1, 2, 3})),
        Section.ADDITIONAL);
    Message answer = client.ask(query, WITHIN).orElseThrow();
    assertEquals(List.of("A 192.0.2.80"), answers(answer));
    assertEquals(ExtendedFlags.DO, answer.getOPT().getFlags());
    OPTRecord seen = upstream.asked.getFirst().getOPT();
    assertEquals(List.of(), seen.getOptions());
    assertEquals(ExtendedFlags.DO, seen.getFlags());
    client.ask("example.org.", Type.A);
    assertNull(upstream.asked.get(1).getOPT());
  }

  @Test
  void aWaitingQueryHoldsUpNobody() throws IOException {
    DnsClient client = server(upstream(query -> null).place());
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < 2 * Forwarder.MAX_WAITING; i++) {
      String name = "host" + i + ".example.org.";
      waiting.add(
          Thread.startVirtualThread(() -> {
            try {
              assertEquals(Rcode.SERVFAIL, client.ask(name, Type.A).getRcode());
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          }));
    }
    long start = System.nanoTime();
    assertEquals(List.of("A 127.0.0.1"), answers(client.ask("ns.overlay.local.", Type.A)));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.toMillis() < 1000, took::toString);
    waiting.forEach(thread -> {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
  }

  @Test
  void namesKeepTheirCaseOnTheWayThere() throws IOException {
    FakeUpstream upstream = upstream(query -> answer(query, "192.0.2.80"));
    Message answer = server(upstream.place()).ask("ExAmPle.org.", Type.A);
    assertEquals("ExAmPle.org.", answer.getQuestion().getName().toString());
    assertEquals(
        Name.fromConstantString("example.org."), upstream.asked.getFirst().getQuestion().getName());
  }
}
