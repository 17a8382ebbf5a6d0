/**
 * The Linux kernel as the overlay needs it: TUN devices, batched UDP, rtnetlink, ICMP echo, frame
 * capture and network namespaces.
 *
 * <p>Calls that wait do so in a native call, which holds a virtual thread's carrier: make them from
 * platform threads. Whoever closes an object first stops the threads that use it, with a {@link
 * dev.zlayer.linux.Wakeup} where they wait.
 */
package dev.zlayer.linux;
