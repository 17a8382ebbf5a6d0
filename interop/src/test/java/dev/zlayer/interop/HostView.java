package dev.zlayer.interop;

import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Netns;
import java.time.Duration;
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
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * The host as it is once the kernel has finished with the addresses that it gave itself: it looks
   * for duplicates of them for a second or two, and adds their routes then.
   */
  static HostView of(Netns host) {
    Eventually.within(
        PATIENCE,
        "the end of IPv6 duplicate detection",
        () -> !host.ip("-oneline", "address").contains("tentative"));
    return new HostView(
        host.ip("-oneline", "link"),
        host.ip("-oneline", "address"),
        host.ip("-4", "route", "show", "table", "all")
            + host.ip("-6", "route", "show", "table", "all"),
        host.pids());
  }
}
