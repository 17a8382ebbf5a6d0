package dev.zlayer.device;

/**
 * An interface as others may have changed it.
 *
 * @param mtu its largest packet, 1 to 65535 bytes
 * @param up whether it was brought up
 */
public record LinkState(int mtu, boolean up) {}
