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
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "dns",
    description = "Show and change the names that this node serves.",
    subcommands = {DnsCommand.ListRecords.class, DnsCommand.Add.class, DnsCommand.Remove.class})
final class DnsCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a subcommand: list, add or remove");
  }

  @Command(name = "list", description = "Show all names and their addresses.")
  static final class ListRecords implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin DataDirectoryOption dataDirectory;
    @Mixin JsonOption json;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      try (Administration node = Administration.of(dataDirectory.path)) {
        DnsDescription dns = node.dns();
        if (json.isSet) {
          out.println(NodeJson.text(DnsJson.of(dns)));
        } else if (!dns.enabled()) {
          out.println("This node serves no names.");
        } else {
          print(dns, out);
        }
      }
      return 0;
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
  static final class Add implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin DataDirectoryOption dataDirectory;
    @Mixin JsonOption json;

    @Parameters(index = "0", paramLabel = "NAME", description = "With or without the zone.")
    String name;

    @Parameters(index = "1", paramLabel = "IP", description = "IPv4 or IPv6.")
    InetAddress address;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      try (Administration node = Administration.of(dataDirectory.path)) {
        boolean added = node.addDnsRecord(name, address);
        if (json.isSet) {
          out.println(NodeJson.text(DnsJson.of(node.dns())));
        } else {
          out.printf(
              "%s %s %s.%n",
              name, added ? "now has the address" : "had already", IpText.format(address));
        }
      }
      return 0;
    }
  }

  @Command(
      name = "remove",
      description = "Take away what was added under a name, at once where the node runs.")
  static final class Remove implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin DataDirectoryOption dataDirectory;
    @Mixin JsonOption json;

    @Parameters(index = "0", paramLabel = "NAME", description = "With or without the zone.")
    String name;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "IP",
        description = "One of its addresses (default: all that were added).")
    Optional<InetAddress> address;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      try (Administration node = Administration.of(dataDirectory.path)) {
        if (!node.removeDnsRecord(name, address)) {
          throw new OverlayException(
              "no such record was added under '%s': names of nodes go with their nodes"
                  .formatted(name));
        }
        out.println(
            json.isSet ? NodeJson.text(DnsJson.of(node.dns())) : "Removed from " + name + ".");
      }
      return 0;
    }
  }
}
