package dev.zlayer.overlay.dns;

import java.net.InetSocketAddress;
import java.util.List;

/** Who is asked about what isn't ours, in the order in which they are. */
@FunctionalInterface
interface Upstreams {
  /** Those that count now; they may be none. */
  List<InetSocketAddress> now();
}
