/**
 * Addresses of the overlay: networks, and who holds which address. Pure: no I/O, no clock, no
 * threads, no randomness.
 */
package dev.zlayer.overlay.ipam;
