package dev.zlayer.wireguard;

/**
 * What a finished handshake leaves (section 5.4.5): both directions' keys, which the session that
 * takes them erases, and both sides' indices.
 *
 * @param sending 32 bytes
 * @param receiving 32 bytes
 * @param localIndex the index that we gave out
 * @param remoteIndex the index that the other side gave out
 */
record TransportKeys(byte[] sending, byte[] receiving, int localIndex, int remoteIndex) {}
