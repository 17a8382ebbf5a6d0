package dev.zlayer.wireguard;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/**
 * What is configured of a peer.
 *
 * @param publicKey who it is
 * @param presharedKey mixed into its handshakes; {@link PresharedKey#NONE} for none
 * @param endpoint where to reach it, if known: it may be learned from what the peer sends
 * @param persistentKeepaliveSeconds 1 to 65535, or 0 for none
 * @param allowedIps the addresses it owns: its packets come from there, and packets for there go to
 *     it
 * @param confinement what it may reach, if that isn't everything
 */
public record PeerSettings(
    PublicKey publicKey,
    PresharedKey presharedKey,
    Optional<Endpoint> endpoint,
    int persistentKeepaliveSeconds,
    SequencedSet<Cidr> allowedIps,
    Optional<Confinement> confinement) {

  public PeerSettings {
    Objects.requireNonNull(publicKey);
    Objects.requireNonNull(presharedKey);
    Objects.requireNonNull(endpoint);
    Objects.requireNonNull(confinement);
    if (persistentKeepaliveSeconds < 0 || persistentKeepaliveSeconds > 65535) {
      throw new IllegalArgumentException(
          "persistent keepalive " + persistentKeepaliveSeconds + " s is not in 0..65535");
    }
    allowedIps = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(allowedIps));
  }

  /** A peer that isn't confined. */
  public PeerSettings(
      PublicKey publicKey,
      PresharedKey presharedKey,
      Optional<Endpoint> endpoint,
      int persistentKeepaliveSeconds,
      SequencedSet<Cidr> allowedIps) {
    this(
        publicKey,
        presharedKey,
        endpoint,
        persistentKeepaliveSeconds,
        allowedIps,
        Optional.empty());
  }

  /** A peer without preshared key, endpoint or keepalive, that isn't confined. */
  public static PeerSettings of(PublicKey publicKey, Cidr... allowedIps) {
    return new PeerSettings(
        publicKey,
        PresharedKey.NONE,
        Optional.empty(),
        0,
        new LinkedHashSet<>(List.of(allowedIps)));
  }

  public PeerSettings withPresharedKey(PresharedKey key) {
    return new PeerSettings(
        publicKey, key, endpoint, persistentKeepaliveSeconds, allowedIps, confinement);
  }

  public PeerSettings withEndpoint(Endpoint target) {
    return new PeerSettings(
        publicKey,
        presharedKey,
        Optional.of(target),
        persistentKeepaliveSeconds,
        allowedIps,
        confinement);
  }

  public PeerSettings withPersistentKeepalive(int seconds) {
    return new PeerSettings(publicKey, presharedKey, endpoint, seconds, allowedIps, confinement);
  }

  public PeerSettings withAllowedIps(Set<Cidr> prefixes) {
    return new PeerSettings(
        publicKey,
        presharedKey,
        endpoint,
        persistentKeepaliveSeconds,
        new LinkedHashSet<>(prefixes),
        confinement);
  }

  public PeerSettings withConfinement(Confinement reach) {
    return new PeerSettings(
        publicKey,
        presharedKey,
        endpoint,
        persistentKeepaliveSeconds,
        allowedIps,
        Optional.of(reach));
  }
}
