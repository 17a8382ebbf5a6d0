package dev.zlayer.overlay.resolver.plan;

import dev.zlayer.memory.IpText;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What the resolver of the C library reads in a {@code resolv.conf} (resolv.conf(5)). */
public record ResolvConfText(String text) {
  /** The name servers, in the order in which they are asked; what is no address is passed over. */
  public List<InetAddress> nameServers() {
    return lines("nameserver").flatMap(words -> address(words[1])).toList();
  }

  /** Whether programs that have this file ask {@code server} before any other, always. */
  public boolean asksFirst(InetAddress server) {
    return nameServers().stream().findFirst().filter(server::equals).isPresent() && !rotates();
  }

  /** Whether each question may go to another one of the servers first. */
  public boolean rotates() {
    return lines("options").anyMatch(words -> Arrays.asList(words).contains("rotate"));
  }

  private Stream<String[]> lines(String keyword) {
    return text.lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length > 1 && words[0].equals(keyword));
  }

  private static Stream<InetAddress> address(String text) {
    try {
      return Stream.of(IpText.parseZoned(text));
    } catch (IllegalArgumentException unusable) {
      return Stream.empty();
    }
  }
}
