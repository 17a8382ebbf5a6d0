/** A node while it runs: its interface, its sockets, and the search for peers. */
package dev.zlayer.overlay.node;
