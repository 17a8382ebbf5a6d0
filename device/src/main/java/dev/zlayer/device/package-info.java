/**
 * One running WireGuard interface: the only place where protocol and operating system meet.
 *
 * <p>Each device has three named platform threads: {@code NAME-out} carries packets from the TUN
 * device to UDP, {@code NAME-in} from UDP to the TUN device, {@code NAME-timer} fires the
 * protocol's timers. The UAPI socket is served by virtual threads.
 */
package dev.zlayer.device;
