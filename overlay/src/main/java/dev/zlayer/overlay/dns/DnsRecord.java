package dev.zlayer.overlay.dns;

import java.net.InetAddress;
import java.util.Objects;

/**
 * An address under a name of the zone.
 *
 * @param name in full, without a final dot
 * @param origin who put it there
 * @param withdrawn whether it is left out of answers now, since its node is held DOWN while another
 *     one of the same name isn't
 */
public record DnsRecord(String name, InetAddress address, Origin origin, boolean withdrawn) {

  /** Who put a record into the zone; of several names of an address, the first kind is its PTR. */
  public enum Origin {
    /** A node has it by its address: {@code node-0-5}. */
    NODE,
    /** The mesh has it: {@code leader}, {@code ns}, and short forms in a wide network. */
    ALIAS,
    /** A peer's configured host name. */
    HOSTNAME,
    /** It was added through {@link DnsHandle}. */
    ADDED;

    /** Whether nothing else can stand under a name of this kind. */
    public boolean isExclusive() {
      return this == NODE || this == ALIAS;
    }
  }

  public DnsRecord {
    Objects.requireNonNull(name);
    Objects.requireNonNull(address);
    Objects.requireNonNull(origin);
  }
}
