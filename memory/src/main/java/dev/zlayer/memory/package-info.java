/** Packet memory outside of the Java heap, and the value that names a datagram's other end. */
package dev.zlayer.memory;
