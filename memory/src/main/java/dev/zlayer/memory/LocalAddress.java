package dev.zlayer.memory;

/**
 * Which of this machine's addresses a datagram came to, or is to leave from.
 *
 * @param high the address' first 64 bits, network order read as a number; IPv4 is mapped, as in
 *     {@link Endpoint}
 * @param low the address' last 64 bits
 * @param interfaceIndex the interface that it came in by, or is to leave by
 */
public record LocalAddress(long high, long low, int interfaceIndex) {
  /** The one that the machine chooses by its routes. */
  public static final LocalAddress ANY = new LocalAddress(0, 0, 0);

  /** Whether the machine is to choose. */
  public boolean isAny() {
    return high == 0 && low == 0;
  }
}
