package dev.zlayer.cli;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.AddressLease;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.Allocations;
import dev.zlayer.overlay.control.AllocationsJson;
import dev.zlayer.overlay.control.NodeJson;
import dev.zlayer.overlay.ipam.AllocationStats;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;

@Command(
    name = "ip",
    description = "Show which addresses this leader has leased.",
    subcommands = {IpCommand.ListLeases.class, IpCommand.Stats.class})
final class IpCommand extends CommandGroup {
  @Command(name = "list", description = "Show every address that isn't free, and why.")
  static final class ListLeases extends NodeCommand {
    @Override
    void ask(Administration node, PrintWriter out) {
      Allocations allocations = node.allocations();
      if (json.isSet) {
        out.println(NodeJson.text(AllocationsJson.of(allocations)));
      } else {
        print(allocations, Instant.now(), out);
      }
    }

    private static void print(Allocations allocations, Instant now, PrintWriter out) {
      Table table = new Table("ADDRESS", "STATE", "PEER");
      for (AddressLease lease : allocations.leases()) {
        table.row(IpText.format(lease.address()), state(lease, now), lease.nodeId().orElse("-"));
      }
      table.print(out);
    }

    private static String state(AddressLease lease, Instant now) {
      return switch (lease.state()) {
        case OWN -> "this node";
        case PEER -> "in use";
        case LEASED -> "leased, no peer yet";
        case INVITE -> "for an invite";
        case RESTING ->
            "rests for "
                + Duration.between(now, lease.restsUntil().orElse(now)).toSeconds()
                + " s more";
      };
    }
  }

  @Command(name = "stats", description = "Show how full the network is.")
  static final class Stats extends NodeCommand {
    @Override
    void ask(Administration node, PrintWriter out) {
      AllocationStats stats = node.allocations().stats();
      if (json.isSet) {
        out.println(NodeJson.text(AllocationsJson.of(stats)));
      } else {
        out.println("network    " + stats.cidr());
        out.println("addresses  " + count(stats.total()));
        out.println("leased     " + stats.allocated());
        out.println("resting    " + stats.resting());
        out.println("available  " + count(stats.available()));
      }
    }

    private static String count(long addresses) {
      return addresses == Long.MAX_VALUE ? "more than 2^63" : Long.toString(addresses);
    }
  }
}
