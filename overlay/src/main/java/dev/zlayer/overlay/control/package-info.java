/** Administration of a running node through the Unix socket in its data directory. */
package dev.zlayer.overlay.control;
