package dev.zlayer.linux;

/**
 * A network interface as others may have changed it.
 *
 * @param mtu its largest packet, in bytes
 * @param up whether it was brought up
 */
public record Link(int mtu, boolean up) {}
