/**
 * What stands in the zone, and the answer to one query message. Pure: no I/O, no thread, no clock,
 * no randomness.
 */
package dev.zlayer.overlay.dns.zone;
