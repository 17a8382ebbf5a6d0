package dev.zlayer.overlay.mesh;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

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

  /**
   * Invites one joiner; the temporary identity gets an address now.
   *
   * @param ip the member's address to be; empty for any
   * @param name the member's node id and host name; empty for one by its address
   */
  record IssueInvite(
      String requestId,
      Instant time,
      PublicKey publicKey,
      PresharedKey presharedKey,
      Optional<InetAddress> ip,
      Optional<String> name,
      Instant expiresAt)
      implements MeshCommand {
    public IssueInvite {
      requireEnvelope(requestId, time);
      Objects.requireNonNull(publicKey);
      Objects.requireNonNull(presharedKey);
      Objects.requireNonNull(ip);
      Objects.requireNonNull(name);
      Objects.requireNonNull(expiresAt);
    }
  }

  /**
   * Makes the holder of an invite a member under its own new key; the same again, for that key,
   * changes nothing and says the same.
   *
   * @param presharedKey between the leader and the member
   * @param endpoint where the member says that it is reached
   */
  record RedeemInvite(
      String requestId,
      Instant time,
      PublicKey invite,
      PublicKey member,
      PresharedKey presharedKey,
      Optional<HostPort> endpoint)
      implements MeshCommand {
    public RedeemInvite {
      requireEnvelope(requestId, time);
      Objects.requireNonNull(invite);
      Objects.requireNonNull(member);
      Objects.requireNonNull(presharedKey);
      Objects.requireNonNull(endpoint);
    }
  }

  /** A member says where it is reached now; empty where it doesn't know. */
  record DeclareEndpoint(
      String requestId, Instant time, PublicKey member, Optional<HostPort> endpoint)
      implements MeshCommand {
    public DeclareEndpoint {
      requireEnvelope(requestId, time);
      Objects.requireNonNull(member);
      Objects.requireNonNull(endpoint);
    }
  }

  /** A member was heard of under its own key: its invite has done what it was for. */
  record ConfirmMember(String requestId, Instant time, PublicKey member) implements MeshCommand {
    public ConfirmMember {
      requireEnvelope(requestId, time);
      Objects.requireNonNull(member);
    }
  }

  /** Takes an invite back that nobody has redeemed. */
  record RevokeInvite(String requestId, Instant time, PublicKey invite) implements MeshCommand {
    public RevokeInvite {
      requireEnvelope(requestId, time);
      Objects.requireNonNull(invite);
    }
  }

  /** Ends the invites whose time is over, and the members that were never heard of. */
  record ExpireInvites(String requestId, Instant time) implements MeshCommand {
    public ExpireInvites {
      requireEnvelope(requestId, time);
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
