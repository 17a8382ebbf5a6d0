/**
 * Membership: who is in the mesh and under which address, as a state machine that applies commands.
 * Pure: no I/O, no clock, no threads, no randomness.
 */
package dev.zlayer.overlay.mesh;
