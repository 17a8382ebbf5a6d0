/**
 * Whether traffic flows between this node and its peers: evidence in, verdicts out ({@link
 * dev.zlayer.overlay.health.PeerWatch}, {@link dev.zlayer.overlay.health.PingWindow} are pure), and
 * the checker that gathers the evidence from a running interface.
 */
package dev.zlayer.overlay.health;
