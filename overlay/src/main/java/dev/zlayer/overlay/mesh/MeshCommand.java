package dev.zlayer.overlay.mesh;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.PeerConfig;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Objects;

/**
 * A wish to change the mesh. It carries everything that its outcome depends on, the time included,
 * so that applying it to equal states gives equal states.
 */
public sealed interface MeshCommand {
  /** Names this command in logs and answers: 1 to 64 characters. */
  String requestId();

  /** When the command was given. */
  Instant time();

  /** Takes a peer in. Without an address of its own, a leader leases one for it. */
  record AddPeer(String requestId, Instant time, PeerConfig peer) implements MeshCommand {
    public AddPeer {
      requireEnvelope(requestId, time);
      Objects.requireNonNull(peer);
    }
  }

  /** Takes a peer out; its address rests. */
  record RemovePeer(String requestId, Instant time, PublicKey publicKey) implements MeshCommand {
    public RemovePeer {
      requireEnvelope(requestId, time);
      Objects.requireNonNull(publicKey);
    }
  }

  /** Leases an address for a peer that is going to be added with it. */
  record LeaseAddress(String requestId, Instant time) implements MeshCommand {
    public LeaseAddress {
      requireEnvelope(requestId, time);
    }
  }

  /** Ends the lease of an address that no node holds. */
  record ReleaseAddress(String requestId, Instant time, InetAddress address)
      implements MeshCommand {
    public ReleaseAddress {
      requireEnvelope(requestId, time);
      Objects.requireNonNull(address);
    }
  }

  private static void requireEnvelope(String requestId, Instant time) {
    if (requestId.isBlank() || requestId.length() > 64) {
      throw new IllegalArgumentException(
          "request id '" + requestId + "' is not 1 to 64 characters");
    }
    Objects.requireNonNull(time);
  }
}
