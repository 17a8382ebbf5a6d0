package dev.zlayer.memory;

/**
 * Which of this machine's addresses a datagram came to, or is to leave from.
 *
 * @param high the address' first 64 bits, network order read as a number; IPv4 is mapped, as in
 *     {@link Endpoint}
 * @param low the address' last 64 bits
 * @param interfaceIndex the interface of a link-local address, otherwise 0: routing, not where the
 *     question came in, says by which interface an answer leaves
 */
public record LocalAddress(long high, long low, int interfaceIndex) {
  /** The one that the machine chooses by its routes. */
  public static final LocalAddress ANY = new LocalAddress(0, 0, 0);

  /** Whether the machine is to choose. */
  public boolean isAny() {
    return high == 0 && low == 0;
  }
}
