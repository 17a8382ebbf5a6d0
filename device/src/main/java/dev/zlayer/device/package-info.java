/**
 * One running WireGuard interface: the only place where protocol and operating system meet.
 *
 * <p>Each device has named platform threads: {@code NAME-packets} carries packets both ways, {@code
 * NAME-in} takes those from UDP over while both ways are busy, {@code NAME-timer} fires the
 * protocol's timers, {@code NAME-link} follows the interface. The UAPI socket is served by virtual
 * threads.
 */
package dev.zlayer.device;
