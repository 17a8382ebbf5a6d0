/** What is wrong with a node, as declared conditions. Without I/O, clock and threads. */
package dev.zlayer.overlay.condition;
