/** The overlay's names: a DNS server for one zone and the reverse zones of its networks. */
package dev.zlayer.overlay.dns;
