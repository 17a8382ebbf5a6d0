/** The node's data directory: its state file, its lock, and the paths of what stands in it. */
package dev.zlayer.overlay.state;
