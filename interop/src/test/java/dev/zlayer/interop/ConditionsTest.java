package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.condition.Condition;
import dev.zlayer.overlay.condition.ConditionCode;
import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is wrong with a node is told while it is so, and no longer. See {@link TokenMesh}.
 *
 * <pre>
 *   leader            one                       two
 *   killed, back      link, disk and MTU        behind a firewall
 * </pre>
 */
@Tag("root")
class ConditionsTest {
  /** Patience of the slowest condition, two looks, and a busy machine. */
  private static final Duration LIMIT = Duration.ofSeconds(45);

  @TempDir private Path folder;
  private TokenMesh mesh;

  @AfterEach
  void removeNetwork() {
    mesh.close();
  }

  @Test
  void eachIsToldWhileItLasts() {
    Tools.require("nft", "nftables");
    Tools.require("chattr", "e2fsprogs");
    mesh = TokenMesh.start(2, folder);
    mesh.join(2, mesh.invite("two").encode()).output();
    blockUdp(mesh.machine(2));
    RunningCommand blocked = mesh.node(2, "", "").command("up").start();
    RunningCommand running = mesh.startMember(1, mesh.invite("one"));
    Node one = mesh.awaitMember(1, running);
    Node two = mesh.awaitMember(2, blocked);
    assertEquals(List.of(), conditions(one));

    chattr("+i", one.dataDirectory());
    try {
      one.host().ip("link", "set", "eth0", "mtu", "1400");
      await(one, ConditionCode.STATE_NOT_WRITABLE, ConditionCode.MTU_TOO_LARGE);
    } finally {
      chattr("-i", one.dataDirectory());
    }
    assertTrue(
        remedy(one, ConditionCode.MTU_TOO_LARGE)
            .contains("ip link set " + one.interfaceName() + " mtu 1340"),
        remedy(one, ConditionCode.MTU_TOO_LARGE));
    one.host().ip("link", "set", one.interfaceName(), "mtu", "1340");
    one.host().ip("link", "set", one.interfaceName(), "down");
    await(one, ConditionCode.INTERFACE_DOWN);
    one.host().ip("link", "set", one.interfaceName(), "up");
    awaitEnd(
        one,
        ConditionCode.STATE_NOT_WRITABLE,
        ConditionCode.MTU_TOO_LARGE,
        ConditionCode.INTERFACE_DOWN);

    await(two, ConditionCode.LEADER_UNREACHABLE, ConditionCode.UDP_BLOCKED);
    String findings = two.command("doctor").run().output();
    assertTrue(findings.contains("problem   leader-unreachable"), findings);
    assertTrue(findings.contains("problem   udp-blocked"), findings);
    two.host().exec("nft", "delete table inet firewall");
    awaitEnd(two, ConditionCode.LEADER_UNREACHABLE, ConditionCode.UDP_BLOCKED);

    mesh.leading().kill();
    await(one, ConditionCode.LEADER_UNREACHABLE);
    assertEquals("leader-unreachable", one.status().at("/conditions/0/code").asString());
    String status = one.command("status").output();
    assertTrue(status.contains("error: leader-unreachable ("), status);
    mesh.restartLeader();
    awaitEnd(one, ConditionCode.LEADER_UNREACHABLE);
    assertTrue(running.errors().contains("leader-unreachable: the leader (10.200.0.1) has not"));
    assertTrue(running.errors().contains("leader-unreachable is over"), running::errors);
  }

  private static void blockUdp(Netns host) {
    host.exec("nft", "add table inet firewall");
    host.exec("nft", "add chain inet firewall in { type filter hook input priority 0; }");
    host.exec("nft", "add rule inet firewall in meta l4proto udp drop");
  }

  private static void chattr(String attribute, Path directory) {
    Command.of("chattr", attribute, directory.toString()).output();
  }

  private static void await(Node node, ConditionCode... codes) {
    Eventually.within(
        LIMIT,
        () -> List.of(codes) + " among " + conditions(node),
        () -> codes(node).containsAll(Set.of(codes)));
  }

  private static void awaitEnd(Node node, ConditionCode... codes) {
    Eventually.within(
        LIMIT,
        () -> "an end of " + List.of(codes) + " among " + conditions(node),
        () -> Collections.disjoint(codes(node), Set.of(codes)));
  }

  private static Set<ConditionCode> codes(Node node) {
    return conditions(node).stream().map(Condition::code).collect(Collectors.toSet());
  }

  private static String remedy(Node node, ConditionCode code) {
    return conditions(node).stream()
        .filter(condition -> condition.code() == code)
        .map(Condition::remedy)
        .findFirst()
        .orElse("none");
  }

  private static List<Condition> conditions(Node node) {
    try (Administration running = Administration.ofRunning(node.dataDirectory())) {
      return running.status().conditions();
    }
  }
}
