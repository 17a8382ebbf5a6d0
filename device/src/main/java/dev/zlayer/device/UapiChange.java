package dev.zlayer.device;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.wireguard.Cidr;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedSet;

/** One thing that a {@code set=1} asks for. */
sealed interface UapiChange {
  /**
   * Changes our key.
   *
   * @param key empty to take it away
   */
  record OwnKey(Optional<PrivateKey> key) implements UapiChange {}

  /**
   * Moves to another port.
   *
   * @param port 0 for one that is free
   */
  record ListenPort(int port) implements UapiChange {}

  /**
   * Marks what is sent.
   *
   * @param mark 32 bits; 0 for no mark
   */
  record FwMark(int mark) implements UapiChange {}

  /** Removes all peers that there are so far. */
  record RemoveAllPeers() implements UapiChange {}

  /** Removes a peer, if there is one with that key. */
  record RemovePeer(PublicKey key) implements UapiChange {}

  /**
   * Adds a peer or changes the one with that key; what is empty stays as it is.
   *
   * @param updateOnly changes the peer, but doesn't add it
   * @param replaceAllowedIps takes all addresses away before {@code allowedIps} are looked at
   * @param allowedIps in the order in which they are to be made
   */
  record ChangePeer(
      PublicKey key,
      boolean updateOnly,
      Optional<PresharedKey> presharedKey,
      Optional<Endpoint> endpoint,
      OptionalInt persistentKeepaliveSeconds,
      boolean replaceAllowedIps,
      List<AllowedIp> allowedIps)
      implements UapiChange {
    public ChangePeer {
      allowedIps = List.copyOf(allowedIps);
    }

    /** The addresses of a peer that has {@code present}, after this change. */
    SequencedSet<Cidr> allowedIps(SequencedSet<Cidr> present) {
      SequencedSet<Cidr> changed = new LinkedHashSet<>();
      if (!replaceAllowedIps) {
        changed.addAll(present);
      }
      for (AllowedIp allowedIp : allowedIps) {
        if (allowedIp.isRemoved()) {
          changed.remove(allowedIp.prefix());
        } else {
          changed.add(allowedIp.prefix());
        }
      }
      return changed;
    }
  }

  /** Gives a peer an address range or takes it away. */
  record AllowedIp(Cidr prefix, boolean isRemoved) {}
}
