/** Keys and cryptographic primitives: the WireGuard white paper's, and nothing else. */
package dev.zlayer.crypto;
