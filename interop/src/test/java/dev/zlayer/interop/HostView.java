package dev.zlayer.interop;

import dev.zlayer.testkit.Netns;
import java.util.List;

/**
 * What a host has that a node could leave behind, to be compared before and after.
 *
 * @param links the interfaces, with all that {@code ip} says of them
 * @param addresses of the interfaces
 * @param routes of all tables, IPv4 and IPv6
 * @param pids the processes
 */
record HostView(String links, String addresses, String routes, List<Long> pids) {

  static HostView of(Netns host) {
    return new HostView(
        host.ip("-oneline", "link"),
        host.ip("-oneline", "address"),
        host.ip("-4", "route", "show", "table", "all")
            + host.ip("-6", "route", "show", "table", "all"),
        host.pids());
  }
}
