/**
 * Whole meshes in one thread under virtual time: the product's engines, membership, control API and
 * maps, with everything around them (network, disks, processes, operators) from one seed.
 */
package dev.zlayer.simulation;
