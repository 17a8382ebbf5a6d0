package dev.zlayer.wireguard;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.LocalAddress;

/**
 * How datagrams go to a peer: to where it is, and from the one of our addresses that it talks to.
 * On a host with several addresses an answer from another one would look like roaming, or not
 * arrive at all.
 */
record Path(Endpoint peer, LocalAddress ours) {
  /** The path to {@code peer} from whichever address the routes choose. */
  static Path to(Endpoint peer) {
    return new Path(peer, LocalAddress.ANY);
  }

  boolean is(Endpoint peer, LocalAddress ours) {
    return this.peer.equals(peer) && this.ours.equals(ours);
  }
}
