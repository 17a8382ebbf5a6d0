// What several parts of the page want to know of the mesh.

/** How many peers are in each state. */
export function tallyOf(peers) {
  const tally = { up: 0, down: 0, unknown: 0 };
  peers.forEach((peer) => tally[peer.state]++);
  return tally;
}

/** Bytes a second, both ways. */
export function trafficOf(peer) {
  return (peer.receiveRate ?? 0) + (peer.sendRate ?? 0);
}
