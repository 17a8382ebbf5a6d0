package dev.zlayer.testkit;

import java.util.List;

/**
 * One end of a cable: a network interface in a namespace.
 *
 * @param namespace where it is
 * @param name its name in there
 * @param addresses with prefix lengths, {@code 192.0.2.1/24} or {@code 2001:db8::1/64}
 */
public record Nic(Netns namespace, String name, List<String> addresses) {
  public Nic {
    addresses = List.copyOf(addresses);
  }

  void up() {
    addresses.forEach(address -> namespace.addAddress(name, address));
    namespace.ip("link", "set", name, "up");
  }
}
