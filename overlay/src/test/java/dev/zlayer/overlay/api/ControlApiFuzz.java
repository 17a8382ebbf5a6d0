package dev.zlayer.overlay.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.map.Adoption;
import dev.zlayer.overlay.map.MapChange;
import dev.zlayer.overlay.mesh.MeshRefusal;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import dev.zlayer.overlay.mesh.MeshState;
import dev.zlayer.testkit.FuzzCorpus;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whatever stands in the body of a proven request, it is answered; whatever a leader says the map
 * is, a worker refuses it or has a mesh that holds together. The first byte chooses between them.
 */
final class ControlApiFuzz {
  private static final List<Integer> ANSWERS =
      List.of(
          ApiResponse.OK, ApiResponse.BAD_REQUEST, ApiResponse.FORBIDDEN, ApiResponse.NOT_FOUND);

  private static final LeaderDouble LEADER = new LeaderDouble(FuzzCorpus.scratchFolder());
  private static final MemberDouble MEMBER = LEADER.enrol();
  private static final MeshSnapshot WORKER =
      new MemberDouble(LEADER, LeaderDouble.privateKey(3)).redeem(LEADER.invite()).mesh();

  private ControlApiFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] body = Arrays.copyOfRange(data, 1, data.length);
    switch (data[0]) {
      case 0 -> ask(ControlApi.WATCH, body);
      case 1 -> ask(ControlApi.REDEEM, body);
      default -> follow(body);
    }
  }

  private static void ask(String target, byte[] body) {
    // No request is too soon after the last one, or a replay of it.
    LEADER.now += 1000;
    ApiRequest request = MEMBER.caller.postBytes(target, body, LEADER.now);
    if (LEADER.api.handle(MEMBER.address(), request, LEADER.now)
        instanceof ControlApi.Outcome.Answered answered) {
      ApiCaller.Answer answer = MEMBER.caller.read(request, answered.response(), LEADER.now);
      assertTrue(ANSWERS.contains(answer.status()), () -> "status " + answer.status());
    }
  }

  private static void follow(byte[] body) {
    MapChange change;
    try {
      change = ApiJson.change(ApiJson.read(body));
    } catch (IllegalArgumentException e) {
      assertFalse(e.getMessage().isEmpty());
      return;
    }
    assertEquals(change, ApiJson.change(ApiJson.read(ApiJson.bytes(ApiJson.of(change)))));
    try {
      Adoption adopted = Adoption.of(WORKER, Optional.empty(), change, Instant.EPOCH);
      MeshSnapshot mesh = MeshState.restore(adopted.mesh(), Duration.ZERO).snapshot();
      assertEquals(adopted.mesh(), mesh);
    } catch (MeshRefusal e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }
}
