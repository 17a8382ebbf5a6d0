package dev.zlayer.cli;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.control.DnsJson;
import dev.zlayer.overlay.control.NodeJson;
import dev.zlayer.overlay.dns.DnsDescription;
import dev.zlayer.overlay.dns.DnsRecord;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "dns",
    description = "Show and change the names that this node serves.",
    subcommands = {DnsCommand.ListRecords.class, DnsCommand.Add.class, DnsCommand.Remove.class})
final class DnsCommand extends CommandGroup {
  @Command(name = "list", description = "Show all names and their addresses.")
  static final class ListRecords extends NodeCommand {
    @Override
    void ask(Administration node, PrintWriter out) {
      DnsDescription dns = node.dns();
      if (json.isSet) {
        out.println(NodeJson.text(DnsJson.of(dns)));
      } else if (!dns.enabled()) {
        out.println("This node serves no names.");
      } else {
        print(dns, out);
      }
    }

    private static void print(DnsDescription dns, PrintWriter out) {
      out.printf(
          "Zone %s, served at %s port %d while the node runs%n%n",
          dns.zone(),
          dns.addresses().stream().map(IpText::format).collect(Collectors.joining(" and ")),
          dns.port());
      Table table = new Table("NAME", "ADDRESS", "ORIGIN", "STATE");
      for (DnsRecord record : dns.records()) {
        table.row(
            record.name(),
            IpText.format(record.address()),
            origin(record.origin()),
            record.withdrawn() ? "withdrawn" : "");
      }
      table.print(out);
    }

    private static String origin(DnsRecord.Origin origin) {
      return switch (origin) {
        case NODE -> "node";
        case ALIAS -> "alias";
        case HOSTNAME -> "host name";
        case ADDED -> "added";
      };
    }
  }

  @Command(name = "add", description = "Put an address under a name, at once where the node runs.")
  static final class Add extends NodeCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "With or without the zone.")
    String name;

    @Parameters(index = "1", paramLabel = "IP", description = "IPv4 or IPv6.")
    InetAddress address;

    @Override
    void ask(Administration node, PrintWriter out) {
      boolean added = node.addDnsRecord(name, address);
      if (json.isSet) {
        out.println(NodeJson.text(DnsJson.of(node.dns())));
      } else {
        out.printf(
            "%s %s %s.%n",
            name, added ? "now has the address" : "had already", IpText.format(address));
      }
    }
  }

  @Command(
      name = "remove",
      description = "Take away what was added under a name, at once where the node runs.")
  static final class Remove extends NodeCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "With or without the zone.")
    String name;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "IP",
        description = "One of its addresses (default: all that were added).")
    Optional<InetAddress> address;

    @Override
    void ask(Administration node, PrintWriter out) {
      if (!node.removeDnsRecord(name, address)) {
        throw new OverlayException(
            "no such record was added under '%s': names of nodes go with their nodes"
                .formatted(name));
      }
      out.println(
          json.isSet ? NodeJson.text(DnsJson.of(node.dns())) : "Removed from " + name + ".");
    }
  }
}
