/**
 * The network map: what a node may know of the mesh, how it travels from the leader to the workers,
 * and which peers follow from it. Pure: no I/O, no clock, no threads, no randomness.
 */
package dev.zlayer.overlay.map;
