package dev.zlayer.overlay.resolver;

import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.overlay.dns.DnsServer;
import dev.zlayer.overlay.resolver.plan.Served;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The names that programs are led to.
 *
 * @param records all of them, as they are when asked for
 * @param listenAlso has their server listen on that port too
 */
record Names(Served served, Supplier<List<DnsRecord>> records, IntConsumer listenAlso) {
  /** Those of a server in this process, for a node with the interface {@code link}. */
  static Names of(DnsServer server, String link) {
    return new Names(served(server, link), server.handle()::records, server::listenAlso);
  }

  static Served served(DnsServer server, String link) {
    DnsConfig config = server.config();
    return new Served(link, config.listenAddresses(), config.port(), server.domains());
  }
}
