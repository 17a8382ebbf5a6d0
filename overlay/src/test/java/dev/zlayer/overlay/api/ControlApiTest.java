package dev.zlayer.overlay.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.map.Adoption;
import dev.zlayer.overlay.map.MapChange;
import dev.zlayer.overlay.map.Member;
import dev.zlayer.overlay.mesh.Invite;
import dev.zlayer.overlay.mesh.MeshCommand;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the leader grants, and what it doesn't grant to a member that lies. */
class ControlApiTest {
  @TempDir Path temp;
  private LeaderDouble leader;

  @BeforeEach
  void start() {
    leader = new LeaderDouble(temp.resolve("leader"));
  }

  private static String reason(ApiResponse response) {
    return ApiJson.read(response.body()).value("error", text -> text);
  }

  private void assertUnproven(InetAddress source, ApiRequest request) {
    long before = leader.registry.snapshot().revision();
    ApiResponse response = leader.ask(source, request);
    assertEquals(ApiResponse.UNPROVEN, response.status());
    assertEquals("the request proves no member of this mesh", reason(response));
    assertEquals(0, response.proof().length);
    assertEquals(before, leader.registry.snapshot().revision());
  }

  private static Member member(MapChange change, PublicKey key) {
    return change.members().stream()
        .filter(one -> one.publicKey().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void redemptionTellsTheNewMemberTheWholeMap() {
    MemberDouble first = leader.enrol();
    MemberDouble second = new MemberDouble(leader, LeaderDouble.privateKey(9));
    Adoption adopted = second.redeem(leader.invite());
    assertEquals(second.address(), adopted.mesh().node().address());
    assertEquals(
        Set.of("leader", first.asPeer().nodeId()),
        Set.copyOf(adopted.mesh().peers().stream().map(PeerConfig::nodeId).toList()));
    PeerConfig toLeader =
        adopted.mesh().peers().stream()
            .filter(peer -> peer.nodeId().equals("leader"))
            .findFirst()
            .orElseThrow();
    assertEquals(second.asPeer().presharedKey(), toLeader.presharedKey());
    assertTrue(toLeader.presharedKey().isPresent());
  }

  @Test
  void aLostAnswerCanBeAskedForAgainButNotForAnotherKey() {
    InviteToken token = leader.invite();
    MemberDouble member = new MemberDouble(leader, LeaderDouble.privateKey(9));
    Adoption first = member.redeem(token);
    assertEquals(first.mesh().node(), member.redeem(token).mesh().node());
    assertEquals(1, leader.registry.peers().size());
    MemberDouble thief = new MemberDouble(leader, LeaderDouble.privateKey(10));
    String refusal = assertThrows(OverlayException.class, () -> thief.redeem(token)).getMessage();
    assertTrue(refusal.contains("was used"), refusal);
  }

  @Test
  void whoWasAnsweredAsAMemberOutlivesHisInvite() {
    MemberDouble asked = leader.enrol();
    MemberDouble silent = leader.enrol();
    asked.watched(Optional.empty());
    Instant expiry = leader.registry.snapshot().invites().getLast().expiresAt();
    leader.registry.submit(new MeshCommand.ExpireInvites("expire", expiry));
    assertTrue(leader.registry.peer(asked.publicKey).isPresent());
    assertEquals(Optional.empty(), leader.registry.peer(silent.publicKey));
  }

  @Test
  void eachPairOfMembersIsDealtTheSameKeyAndNoOther() {
    MemberDouble first = leader.enrol();
    MemberDouble second = leader.enrol();
    MemberDouble third = leader.enrol();
    MemberDouble hand = leader.addByHand("hand");
    var firstSecond = member(first.watched(Optional.empty()), second.publicKey).presharedKey();
    assertTrue(firstSecond.isPresent());
    assertEquals(
        firstSecond, member(second.watched(Optional.empty()), first.publicKey).presharedKey());
    assertNotEquals(
        firstSecond, member(third.watched(Optional.empty()), first.publicKey).presharedKey());
    // Who was added by hand shares keys by hand.
    assertEquals(
        Optional.empty(), member(first.watched(Optional.empty()), hand.publicKey).presharedKey());
    assertEquals(
        Optional.empty(), member(hand.watched(Optional.empty()), first.publicKey).presharedKey());
  }

  @Test
  void aChangeTravelsAsAChange() {
    MemberDouble first = leader.enrol();
    leader.enrol();
    MapChange whole = first.watched(Optional.empty());
    assertTrue(whole.whole());
    assertEquals(3, whole.members().size());
    MemberDouble third = leader.enrol();
    MapChange news = first.watched(Optional.of(whole));
    assertFalse(news.whole());
    assertEquals(1, news.members().size());
    assertTrue(member(news, third.publicKey).presharedKey().isPresent());
    leader.registry.remove(third.publicKey.toBase64(), "remove", leader.time());
    leader.publish();
    MapChange gone = first.watched(Optional.of(news));
    assertEquals(Set.of(third.publicKey), gone.removed());
    assertEquals(0, gone.members().size());
  }

  @Test
  void aWatchWithoutNewsWaits() {
    MemberDouble member = leader.enrol();
    MapChange known = member.watched(Optional.empty());
    var body = ApiJson.object().put("wait_millis", 5000);
    body.set("position", ApiJson.of(known.position()));
    ApiRequest request = member.request(ControlApi.WATCH, body);
    var waiting =
        assertInstanceOf(
            ControlApi.Outcome.Waiting.class,
            leader.api.handle(member.address(), request, leader.now));
    assertEquals(leader.now + 5000, waiting.untilMillis());
    leader.enrol();
    assertTrue(leader.maps.hasNews(waiting.position()));
    ApiCaller.Answer answer = member.caller.read(request, leader.api.resume(waiting), leader.now);
    assertEquals(1, ApiJson.change(answer.body()).members().size());
    leader.registry.remove(member.publicKey.toBase64(), "remove", leader.time());
    assertEquals(ApiResponse.FORBIDDEN, leader.api.resume(waiting).status());
  }

  @Test
  void aDeclaredEndpointReachesTheOthers() {
    MemberDouble first = leader.enrol();
    MemberDouble second = leader.enrol();
    leader.ask(
        first.address(),
        first.request(ControlApi.WATCH, ApiJson.object().put("endpoint", "192.0.2.9:7")));
    assertEquals(
        Optional.of(HostPort.parse("192.0.2.9:7")),
        member(second.watched(Optional.empty()), first.publicKey).declared());
  }

  @Test
  void whoLeavesIsAMemberNoMore() {
    MemberDouble member = leader.enrol();
    InetAddress address = member.address();
    Leave leave = new Leave(member.caller);
    ApiRequest request = leave.request(leader.now);
    leave.received(request, leader.ask(address, request), leader.now);
    assertEquals(0, leader.registry.peers().size());
    assertUnproven(address, member.watch(Optional.empty()));
  }

  @Test
  void theAddressAndTheProofMustBeOfTheSameMember() {
    MemberDouble member = leader.enrol();
    MemberDouble other = leader.enrol();
    // A local process of another member, of the leader itself, and a stranger with a key.
    assertUnproven(other.address(), member.watch(Optional.empty()));
    assertUnproven(LeaderDouble.ADDRESS, member.watch(Optional.empty()));
    MemberDouble stranger = new MemberDouble(leader, LeaderDouble.privateKey(99));
    assertUnproven(member.address(), stranger.watch(Optional.empty()));
  }

  @Test
  void everyPartOfARequestIsProven() {
    MemberDouble member = leader.enrol();
    ApiRequest good = member.watch(Optional.empty());
    byte[] other = "{}!".getBytes(StandardCharsets.US_ASCII);
    byte[] nonce = good.nonce().clone();
    nonce[0] ^= 1;
    byte[] proof = good.proof().clone();
    proof[31] ^= 1;
    assertUnproven(
        member.address(),
        with(good, ControlApi.LEAVE, good.timeMillis(), good.nonce(), good.body(), good.proof()));
    assertUnproven(
        member.address(),
        with(good, good.target(), good.timeMillis() + 1, good.nonce(), good.body(), good.proof()));
    assertUnproven(
        member.address(),
        with(good, good.target(), good.timeMillis(), nonce, good.body(), good.proof()));
    assertUnproven(
        member.address(),
        with(good, good.target(), good.timeMillis(), good.nonce(), other, good.proof()));
    assertUnproven(
        member.address(),
        with(good, good.target(), good.timeMillis(), good.nonce(), good.body(), proof));
    assertEquals(ApiResponse.OK, leader.ask(member.address(), good).status());
  }

  private static ApiRequest with(
      ApiRequest request, String target, long time, byte[] nonce, byte[] body, byte[] proof) {
    return new ApiRequest(request.method(), target, request.sender(), time, nonce, body, proof);
  }

  @Test
  void aRequestCountsOnce() {
    MemberDouble member = leader.enrol();
    ApiRequest request = member.watch(Optional.empty());
    assertEquals(ApiResponse.OK, leader.ask(member.address(), request).status());
    ApiResponse replayed = leader.ask(member.address(), request);
    assertEquals(ApiResponse.UNPROVEN, replayed.status());
    assertEquals("the request was sent before, or too often", reason(replayed));
    leader.now += Duration.ofMinutes(3).toMillis();
    assertEquals(
        "the clocks of leader and member differ", reason(leader.ask(member.address(), request)));
  }

  @Test
  void aMemberWithAnotherClockFollowsTheLeaders() {
    MemberDouble member = leader.enrol();
    long theirs = leader.now - Duration.ofHours(5).toMillis();
    ApiRequest first = member.caller.post(ControlApi.WATCH, ApiJson.object(), theirs);
    ApiResponse answer = leader.ask(member.address(), first);
    assertThrows(UnprovenAnswerException.class, () -> member.caller.read(first, answer, theirs));
    ApiRequest second = member.caller.post(ControlApi.WATCH, ApiJson.object(), theirs);
    assertEquals(ApiResponse.OK, leader.ask(member.address(), second).status());
  }

  @Test
  void anAnswerOfSomebodyElseIsNotBelieved() {
    MemberDouble member = leader.enrol();
    ApiRequest request = member.watch(Optional.empty());
    ApiResponse answer = leader.ask(member.address(), request);
    byte[] altered = answer.body().clone();
    altered[altered.length - 2] ^= 1;
    for (ApiResponse forged :
        new ApiResponse[] {
          new ApiResponse(answer.status(), altered, answer.proof()),
          new ApiResponse(ApiResponse.FORBIDDEN, answer.body(), answer.proof()),
          new ApiResponse(answer.status(), answer.body(), new byte[0]),
        }) {
      assertThrows(
          UnprovenAnswerException.class, () -> member.caller.read(request, forged, leader.now));
    }
    // Nor an answer to another request.
    ApiRequest later = member.watch(Optional.empty());
    assertThrows(
        UnprovenAnswerException.class, () -> member.caller.read(later, answer, leader.now));
  }

  @Test
  void anInviteCanOnlyBeRedeemedAndAMemberHasNothingToRedeem() {
    InviteToken token = leader.invite();
    MemberDouble member = leader.enrol();
    ApiCaller temporary = member.redemption(token).caller();
    for (String target : new String[] {ControlApi.WATCH, ControlApi.LEAVE}) {
      ApiResponse refused =
          leader.ask(token.temporaryIp(), temporary.post(target, ApiJson.object(), leader.now));
      assertEquals(ApiResponse.FORBIDDEN, refused.status());
    }
    ApiResponse refused =
        leader.ask(member.address(), member.request(ControlApi.REDEEM, ApiJson.object()));
    assertEquals(ApiResponse.FORBIDDEN, refused.status());
    assertEquals(Invite.State.OPEN, leader.registry.snapshot().invites().getFirst().state());
  }

  @Test
  void aMemberCannotTakeInWhoIsOneAlready() {
    MemberDouble member = leader.enrol();
    assertThrows(OverlayException.class, () -> member.redeem(leader.invite()));
    assertEquals(1, leader.registry.peers().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "7",
        "{\"position\":7}",
        "{\"position\":{\"log\":\"/\",\"serial\":1}}",
        "{\"position\":{\"log\":\"a\",\"serial\":-1}}",
        "{\"wait_millis\":1e9999}",
        "{\"wait_millis\":86400000}",
        "{\"endpoint\":\"nowhere\"}"
      })
  void aBodyThatIsNoneIsRefused(String body) {
    MemberDouble member = leader.enrol();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    ApiRequest proven = member.caller.postBytes(ControlApi.WATCH, bytes, leader.now);
    assertEquals(ApiResponse.BAD_REQUEST, leader.ask(member.address(), proven).status(), body);
  }

  @Test
  void whatIsNotThereIsNotFound() {
    MemberDouble member = leader.enrol();
    assertEquals(
        ApiResponse.NOT_FOUND,
        leader.ask(member.address(), member.request("/v2/watch", ApiJson.object())).status());
  }

  @Test
  void whoAsksTooMuchIsToldSoAndNobodyElseSuffers() {
    InetAddress greedy = IpText.parse("127.0.0.7");
    int granted = 0;
    for (int i = 0; i < 10_000; i++) {
      granted += leader.api.tooMany(greedy, leader.now).isEmpty() ? 1 : 0;
    }
    assertEquals(RequestRate.BURST, granted);
    assertTrue(leader.api.tooMany(IpText.parse("127.0.0.8"), leader.now).isEmpty());
    leader.now += 1000;
    granted = 0;
    while (leader.api.tooMany(greedy, leader.now).isEmpty()) {
      granted++;
    }
    assertEquals(RequestRate.PER_SECOND, granted);
  }

  @Test
  void onlyTheOverlayMayConnect() {
    assertTrue(leader.api.isOverlay(IpText.parse("127.9.9.9")));
    assertFalse(leader.api.isOverlay(IpText.parse("192.0.2.9")));
  }
}
