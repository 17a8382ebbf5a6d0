package dev.zlayer.overlay.condition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.MapStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is found wrong with a worker that looks as the test says, and with nothing else. */
class ConditionsTest {
  private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");

  private Instant now = START.plusSeconds(3600);
  private int mtu = 1420;
  private boolean up = true;
  private Optional<Instant> heardAt = Optional.of(now);
  private Optional<Instant> confirmedAt = Optional.of(now);
  private boolean trusted = true;
  private boolean leaderIsSilent;
  private Duration ahead = Duration.ZERO;
  private final List<NodeFacts.Peer> peers =
      new ArrayList<>(List.of(peer("leader", 100, true), peer("web", 100, true)));
  private Optional<String> stateFault = Optional.empty();
  private Optional<String> namesFault = Optional.empty();
  private Optional<String> resolverFault = Optional.empty();
  private Optional<String> healthFault = Optional.empty();
  private Optional<Path> uapiSocket = Optional.empty();

  private static NodeFacts.Peer peer(String name, long received, boolean healthy) {
    return peer(name, received, Optional.of(healthy), "192.0.2.1:51820", 1500);
  }

  private static NodeFacts.Peer peer(
      String name, long received, Optional<Boolean> healthy, String endpoint, int pathMtu) {
    return new NodeFacts.Peer(
        name,
        Optional.of(Endpoint.parse(endpoint)),
        OptionalInt.of(pathMtu),
        received,
        100,
        healthy);
  }

  private NodeFacts facts() {
    return new NodeFacts(
        "zl0",
        51820,
        mtu,
        up,
        START,
        Path.of("/var/lib/zlayer"),
        Optional.of(
            new NodeFacts.Leader(
                "10.200.0.1",
                heardAt,
                leaderIsSilent,
                new MapStatus(1, 2, confirmedAt, trusted),
                ahead)),
        peers,
        stateFault,
        namesFault,
        resolverFault,
        healthFault,
        uapiSocket);
  }

  private Set<ConditionCode> found() {
    Set<ConditionCode> codes = EnumSet.noneOf(ConditionCode.class);
    Diagnosis.of(facts(), now).forEach(finding -> codes.add(finding.code()));
    return codes;
  }

  private Finding only(ConditionCode code) {
    List<Finding> findings = Diagnosis.of(facts(), now);
    assertEquals(List.of(code), findings.stream().map(Finding::code).toList());
    return findings.getFirst();
  }

  @Test
  void aHealthyNodeHasNone() {
    assertEquals(Set.of(), found());
  }

  @Test
  void aLeaderThatAnswersNoLongerIsUnreachable() {
    heardAt = Optional.of(now.minus(Diagnosis.LEADER_PATIENCE));
    assertEquals(Set.of(), found());
    now = now.plusSeconds(1);
    assertTrue(only(ConditionCode.LEADER_UNREACHABLE).text().contains("10.200.0.1"));
    heardAt = Optional.empty();
    only(ConditionCode.LEADER_UNREACHABLE);
  }

  @Test
  void aLeaderThatTalksWireGuardOnlyIsNoFault() {
    heardAt = Optional.empty();
    confirmedAt = Optional.empty();
    assertEquals(Set.of(), found());
    leaderIsSilent = true;
    only(ConditionCode.LEADER_UNREACHABLE);
  }

  @Test
  void aMapIsStaleByAgeOrByItsTimeToLive() {
    confirmedAt = Optional.of(now.minus(Diagnosis.MAP_AGE));
    assertEquals(Set.of(), found());
    confirmedAt = Optional.of(now.minus(Diagnosis.MAP_AGE).minusSeconds(1));
    only(ConditionCode.MAP_STALE);
    confirmedAt = Optional.of(now.minusSeconds(40));
    trusted = false;
    assertTrue(only(ConditionCode.MAP_STALE).text().contains("--map-ttl"));
  }

  @Test
  void udpIsBlockedWhereNobodyEverAnswers() {
    peers.clear();
    peers.add(peer("web", 0, Optional.empty(), "192.0.2.1:51820", 1500));
    assertTrue(only(ConditionCode.UDP_BLOCKED).text().contains("51820"));
    peers.add(peer("db", 1, true));
    assertEquals(Set.of(), found());
  }

  @Test
  void udpIsBlockedWhereSeveralFallSilentAndNotWhereOneDoes() {
    peers.clear();
    peers.add(peer("web", 100, false));
    only(ConditionCode.PEER_DOWN);
    peers.add(peer("db", 100, false));
    assertEquals(EnumSet.of(ConditionCode.UDP_BLOCKED, ConditionCode.PEER_DOWN), found());
    peers.add(peer("mail", 100, true));
    assertTrue(only(ConditionCode.PEER_DOWN).text().contains("2 of 3 peers are DOWN: web, db"));
  }

  @Test
  void clocksMayDifferALittle() {
    ahead = Diagnosis.SKEW.negated();
    assertEquals(Set.of(), found());
    ahead = Duration.ofSeconds(-90);
    assertTrue(only(ConditionCode.CLOCK_SKEW).text().contains("90 s behind"));
  }

  @Test
  void fullPacketsHaveToFitIntoTheWay() {
    peers.clear();
    peers.add(peer("web", 100, Optional.of(true), "192.0.2.1:51820", 1480));
    peers.add(peer("db", 100, Optional.of(true), "[2001:db8::1]:51820", 1500));
    assertEquals(Set.of(), found());
    peers.add(peer("mail", 100, Optional.of(true), "[2001:db8::1]:51820", 1499));
    Finding finding = only(ConditionCode.MTU_TOO_LARGE);
    assertTrue(finding.text().contains("mail"), finding::text);
    assertTrue(finding.remedy().contains("mtu 1419"), finding::remedy);
    mtu = 1419;
    assertEquals(Set.of(), found());
  }

  @Test
  void whatOthersReportIsPassedOn() {
    stateFault = Optional.of("no room");
    assertTrue(only(ConditionCode.STATE_NOT_WRITABLE).text().contains("no room"));
    stateFault = Optional.empty();
    namesFault = Optional.of("port taken");
    assertTrue(only(ConditionCode.NAMES_NOT_SERVED).text().contains("port taken"));
    namesFault = Optional.empty();
    resolverFault = Optional.of("rewritten");
    assertTrue(only(ConditionCode.RESOLVER_NOT_INTEGRATED).text().contains("rewritten"));
    resolverFault = Optional.empty();
    healthFault = Optional.of("can't ping");
    assertTrue(only(ConditionCode.HEALTH_UNKNOWN).text().contains("can't ping"));
    healthFault = Optional.empty();
    uapiSocket = Optional.of(Path.of("/tmp/zl0.sock"));
    assertTrue(only(ConditionCode.UAPI_SOCKET_ELSEWHERE).text().contains("/tmp/zl0.sock"));
    uapiSocket = Optional.empty();
    up = false;
    assertEquals("ip link set zl0 up", only(ConditionCode.INTERFACE_DOWN).remedy());
  }

  @Test
  void beginsOnceAndEndsOnceItHasStayedAway() {
    ConditionWatch watch = new ConditionWatch();
    up = false;
    ConditionWatch.Change change = watch.look(facts(), now);
    assertEquals(1, change.begun().size());
    assertEquals(change.begun(), change.now());
    assertEquals(now, change.now().getFirst().since());

    now = now.plusSeconds(5);
    change = watch.look(facts(), now);
    assertEquals(List.of(), change.begun());
    assertEquals(now.minusSeconds(5), change.now().getFirst().since());

    up = true;
    change = watch.look(facts(), now.plusSeconds(5));
    assertEquals(List.of(), change.ended());
    assertEquals(1, change.now().size());
    change = watch.look(facts(), now.plus(ConditionWatch.CALM));
    assertEquals(1, change.ended().size());
    assertEquals(List.of(), change.now());
    assertEquals(List.of(), watch.look(facts(), now.plusSeconds(20)).ended());
  }

  @Test
  void whatNeedsPatienceCountsOnlyIfItStays() {
    peers.clear();
    peers.add(peer("web", 0, Optional.empty(), "192.0.2.1:51820", 1500));
    heardAt = Optional.of(now.plusSeconds(60));
    ConditionWatch watch = new ConditionWatch();
    assertEquals(List.of(), watch.look(facts(), now).now());
    NodeFacts blocked = facts();
    peers.set(0, peer("web", 9, true));
    assertEquals(List.of(), watch.look(facts(), now.plusSeconds(5)).now());
    assertEquals(List.of(), watch.look(blocked, now.plusSeconds(10)).now());
    assertEquals(List.of(), watch.look(blocked, now.plusSeconds(29)).begun());
    ConditionWatch.Change change = watch.look(blocked, now.plusSeconds(30));
    assertEquals(ConditionCode.UDP_BLOCKED, change.begun().getFirst().code());
    assertEquals(now.plusSeconds(10), change.now().getFirst().since());
  }
}
