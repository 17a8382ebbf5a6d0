/**
 * WireGuard's protocol as a pure state machine: no I/O, no threads, no clock, no randomness of its
 * own.
 *
 * <p>{@link dev.zlayer.wireguard.Engine} is the door: packets and the time go in, packets and
 * counters come out. Section numbers in this package are those of the WireGuard white paper
 * (Donenfeld, "WireGuard: Next Generation Kernel Network Tunnel", revision of June 2020).
 */
package dev.zlayer.wireguard;
