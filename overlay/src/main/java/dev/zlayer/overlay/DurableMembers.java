package dev.zlayer.overlay;

import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.mesh.Invite;
import dev.zlayer.overlay.node.RunningNode;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import java.net.InetAddress;
import java.time.Instant;
import java.util.UUID;

/**
 * Who is in a node's mesh, or may come to be, which outlives its process: what changes is on the
 * disk and followed at once where the node runs. Everything happens under the node's own monitor.
 */
final class DurableMembers {
  private final OverlayBootstrap node;
  private final Registry registry;

  DurableMembers(OverlayBootstrap node, Registry registry) {
    this.node = node;
    this.registry = registry;
  }

  private static String requestId() {
    return UUID.randomUUID().toString();
  }

  PeerConfig add(PeerConfig peer) {
    synchronized (node) {
      node.requireOpen();
      PeerConfig added = registry.add(peer, requestId(), Instant.now());
      follow();
      return added;
    }
  }

  PeerConfig remove(String keyOrIdOrName) {
    synchronized (node) {
      node.requireOpen();
      PeerConfig removed = registry.remove(keyOrIdOrName, requestId(), Instant.now());
      follow();
      return removed;
    }
  }

  InviteToken invite(InviteOptions invite) {
    synchronized (node) {
      node.requireOpen();
      NodeState state = registry.state();
      if (!state.mesh().node().leader()) {
        throw new OverlayException("this node is a worker: invite on the leader");
      }
      HostPort endpoint =
          state
              .endpoint()
              .orElseThrow(() ->
                  new OverlayException(
                      "this leader has no endpoint that an invite could name: stop it and start it"
                          + " with up --endpoint HOST:PORT"));
      InviteToken token = registry.invite(invite, endpoint, requestId(), Instant.now());
      follow();
      return token;
    }
  }

  InviteDescription revoke(String keyOrName) {
    synchronized (node) {
      node.requireOpen();
      Instant now = Instant.now();
      Invite revoked = registry.revoke(keyOrName, requestId(), now);
      follow();
      return InviteDescription.of(revoked, now);
    }
  }

  /** Ends this worker's own membership; the leader isn't told if it is forced. */
  void leave(boolean force) {
    synchronized (node) {
      node.requireOpen();
      if (registry.node().leader()) {
        throw new OverlayException(
            "this node is the leader: members leave it, it can't leave itself");
      }
      if (!force) {
        tellLeader();
      }
      registry.retire();
    }
  }

  private void tellLeader() {
    boolean starts = node.running().isEmpty();
    if (starts) {
      node.start();
    }
    try {
      node.running().orElseThrow().leave();
    } finally {
      if (starts) {
        node.stop();
      }
    }
  }

  InetAddress lease() {
    synchronized (node) {
      node.requireOpen();
      return registry.lease(requestId(), Instant.now());
    }
  }

  void release(InetAddress address) {
    synchronized (node) {
      node.requireOpen();
      registry.release(address, requestId(), Instant.now());
    }
  }

  private void follow() {
    node.running().ifPresent(RunningNode::reconcile);
  }
}
