package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.InviteDescription;
import dev.zlayer.overlay.InviteOptions;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine comes with tokens that are no good; another one was there before. See {@link
 * TokenMesh}.
 *
 * <pre>
 *   leader 192.0.2.1      machine 1 192.0.2.2      machine 2 192.0.2.3
 *                         joins by its token       comes with that, and with others
 * </pre>
 */
@Tag("root")
class TokenRefusalTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LATE = 2;

  @TempDir private Path folder;
  private TokenMesh mesh;

  @BeforeEach
  void startLeader() {
    mesh = TokenMesh.start(2, folder);
  }

  @AfterEach
  void removeNetwork() {
    mesh.close();
  }

  @Test
  void eachIsRefusedForItsOwnReasonAndNothingIsLeft() {
    InviteToken used = mesh.invite();
    mesh.join(1, used.encode()).output();
    assertRefused(used.encode(), "the invite was used");

    InviteToken revoked = mesh.invite("web");
    try (Administration leader = mesh.administration()) {
      assertEquals("revoked", leader.revokeInvite("web").state());
    }
    assertRefused(revoked.encode(), "the invite was revoked");

    InviteToken expired = mesh.invite(InviteOptions.DEFAULT.withExpiry(Duration.ofSeconds(1)));
    Eventually.within(PATIENCE, "expiry", () -> state(mesh, expired).equals("expired"));
    assertRefused(prolonged(expired).encode(), "the invite expired");

    assertEquals(1, mesh.members().size());
    assertEquals(List.of(), mesh.leakedAddresses());
  }

  private static String state(TokenMesh mesh, InviteToken token) {
    try (Administration leader = mesh.administration()) {
      return leader.invites().stream()
          .filter(invite -> invite.expiresAt().equals(token.expiresAt()))
          .map(InviteDescription::state)
          .findFirst()
          .orElseThrow();
    }
  }

  /** The same token with a later expiry in it, by which the leader doesn't go. */
  private static InviteToken prolonged(InviteToken token) {
    return new InviteToken(
        token.cidr(),
        token.cidrV6(),
        token.leaderPublicKey(),
        token.leaderIp(),
        token.endpoints(),
        token.privateKey(),
        token.presharedKey(),
        token.temporaryIp(),
        Instant.now().plusSeconds(3600));
  }

  @Test
  void whatATokenItselfTellsNeedsNoPacket() {
    String good = mesh.invite().encode();
    InviteToken expired = mesh.invite(InviteOptions.DEFAULT.withExpiry(Duration.ofSeconds(1)));
    char last = good.charAt(good.length() - 30);
    String altered =
        good.substring(0, good.length() - 30)
            + (last == 'x' ? 'y' : 'x')
            + good.substring(good.length() - 29);
    Tools.require("tcpdump", "tcpdump");
    RunningCommand capture =
        mesh.bridge().start("tcpdump", "-lnqi", "port" + LATE, "arp or (udp and not port 5353)");
    capture.awaitText("listening on", PATIENCE);

    assertRefused(good.substring(0, good.length() - 7), "the token is cut");
    assertRefused(altered, "the token is altered");
    assertRefused("zlt9_" + good.substring(5), "another version");
    Eventually.within(PATIENCE, "expiry", () -> Instant.now().isAfter(expired.expiresAt()));
    assertRefused(expired.encode(), "this token expired at");
    assertEquals("", capture.output());

    // The capture would have seen it.
    mesh.join(LATE, good).output();
    capture.awaitText("192.0.2.1.51820", PATIENCE);
  }

  /** Tries to join with it; machine 2 is as before then. */
  private void assertRefused(String token, String reason) {
    Netns late = mesh.machine(LATE);
    HostView before = HostView.of(late);
    Execution join = mesh.join(LATE, token, "--up").run();
    assertNotEquals(0, join.exitCode(), join::toString);
    assertTrue(join.errors().contains(reason), join::toString);
    assertFalse(join.toString().contains(token.substring(20, 40)), join::toString);
    assertEquals(before, HostView.of(late));
    Node node = mesh.node(LATE, "", "");
    assertFalse(Files.exists(node.wgSocket()));
    assertEquals(List.of(), secretsIn(node.dataDirectory()));
  }

  /** Everything that a data directory holds but its lock. */
  private static List<String> secretsIn(Path directory) {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (var files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".lock"))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
