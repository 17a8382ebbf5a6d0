package dev.zlayer.overlay.dns;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/**
 * Changes what a zone holds, while it is served. Thread safe.
 *
 * <p>Names are given with or without the zone: {@code web}, {@code web.overlay.local}.
 */
public interface DnsHandle {
  /** The zone's name, without a final dot. */
  String zone();

  /**
   * Adds an address under a name, which may have others already; it is told from now on.
   *
   * @return whether it wasn't there yet
   * @throws IllegalArgumentException if the name is no host name of the zone, or the mesh's own
   */
  boolean addRecord(String name, InetAddress address);

  /**
   * Removes every address that was added under a name.
   *
   * @return whether there was one
   */
  boolean removeRecord(String name);

  /**
   * Removes one address that was added under a name.
   *
   * @return whether it was there
   */
  boolean removeRecord(String name, InetAddress address);

  /** All names and their addresses, those of the mesh included. */
  List<DnsRecord> records();

  /**
   * Names the nodes that are DOWN, all of them and by any of their addresses. They are left out of
   * names that they share with nodes that aren't; where all are DOWN, all stay.
   */
  void withdraw(Set<InetAddress> down);
}
