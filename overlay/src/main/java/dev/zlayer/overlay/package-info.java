/** Encrypted overlay networks: nodes, their peers and how to run them. */
package dev.zlayer.overlay;
