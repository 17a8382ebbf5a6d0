/**
 * Addresses of the overlay: which ones nodes may hold, and who holds which. Pure: no I/O, no clock,
 * no threads, no randomness.
 */
package dev.zlayer.overlay.ipam;
