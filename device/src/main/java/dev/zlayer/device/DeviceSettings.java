package dev.zlayer.device;

import dev.zlayer.crypto.PrivateKey;
import java.util.List;
import java.util.Optional;

/**
 * What an interface is made with.
 *
 * @param interfaceName 1 to 15 bytes, as Linux has it
 * @param privateKey who we are; a device without a key is silent until it gets one
 * @param listenPort UDP port, or 0 for one that the kernel picks
 * @param mtu largest packet of the host: {@value #MIN_MTU} to {@value #MAX_MTU} bytes
 * @param addresses what the interface carries
 * @param up whether the interface is brought up; one that is down is silent until others do so
 */
public record DeviceSettings(
    String interfaceName,
    Optional<PrivateKey> privateKey,
    int listenPort,
    int mtu,
    List<InterfaceAddress> addresses,
    boolean up) {
  /** What fits into 1500 bytes under IPv6, UDP and WireGuard. */
  public static final int DEFAULT_MTU = 1420;

  /** The least that IPv4 asks of a link. */
  public static final int MIN_MTU = 576;

  /** What fits into one datagram. */
  public static final int MAX_MTU = 65_440;

  public DeviceSettings {
    if (listenPort < 0 || listenPort > 65535) {
      throw new IllegalArgumentException("listen port " + listenPort + " is not in 0..65535");
    }
    if (mtu < MIN_MTU || mtu > MAX_MTU) {
      throw new IllegalArgumentException("MTU " + mtu + " is not in " + MIN_MTU + ".." + MAX_MTU);
    }
    addresses = List.copyOf(addresses);
  }

  /** An interface for others to set up: down, without key or addresses, on any port. */
  public static DeviceSettings bare(String interfaceName) {
    return new DeviceSettings(interfaceName, Optional.empty(), 0, DEFAULT_MTU, List.of(), false);
  }
}
