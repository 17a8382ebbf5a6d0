/**
 * The control API between the members of a mesh and their leader, {@code /v1}: requests, their
 * proofs, what the leader answers and what a worker does with it. Pure: no I/O, no clock, no
 * threads, no randomness of its own; {@code http} carries the messages.
 */
package dev.zlayer.overlay.api;
