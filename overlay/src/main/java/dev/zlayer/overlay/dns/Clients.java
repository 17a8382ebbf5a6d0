package dev.zlayer.overlay.dns;

import dev.zlayer.wireguard.Cidr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/** Whom we answer: addresses of the overlay and nobody else. */
record Clients(List<Cidr> networks) {
  boolean include(SocketAddress source) {
    if (!(source instanceof InetSocketAddress internet) || internet.getPort() == 0) {
      return false;
    }
    for (Cidr network : networks) {
      if (network.contains(internet.getAddress())) {
        return true;
      }
    }
    return false;
  }
}
