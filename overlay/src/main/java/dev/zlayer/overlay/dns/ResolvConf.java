package dev.zlayer.overlay.dns;

import dev.zlayer.overlay.resolver.plan.ResolvConfText;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;

/**
 * The name servers that this machine itself uses, as {@code resolv.conf} has them now. What is on
 * the machine is left out: a stub resolver may well ask us, and then nobody would know.
 */
final class ResolvConf implements Upstreams {
  static final Path SYSTEM = Path.of("/etc/resolv.conf");

  private static final int MAX_BYTES = 64 << 10;
  private static final int PORT = 53;

  private final Path path;
  private final List<InetAddress> self;
  private Optional<FileTime> readAt = Optional.empty();
  private List<InetSocketAddress> servers = List.of();

  /**
   * The name servers in a file.
   *
   * @param self where we listen, which is left out too
   */
  ResolvConf(Path path, List<InetAddress> self) {
    this.path = path;
    this.self = List.copyOf(self);
  }

  /** Read again when the file has changed; none where it can't be read. */
  @Override
  public synchronized List<InetSocketAddress> now() {
    try {
      Optional<FileTime> changedAt = Optional.of(Files.getLastModifiedTime(path));
      if (!changedAt.equals(readAt)) {
        servers = parse(read());
        readAt = changedAt;
      }
      return servers;
    } catch (IOException e) {
      readAt = Optional.empty();
      return List.of();
    }
  }

  private String read() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
    }
  }

  private List<InetSocketAddress> parse(String text) {
    return new ResolvConfText(text)
        .nameServers().stream()
            .filter(this::isElsewhere)
            .distinct()
            .limit(DnsConfig.MAX_UPSTREAMS)
            .map(address -> new InetSocketAddress(address, PORT))
            .toList();
  }

  private boolean isElsewhere(InetAddress address) {
    return !address.isLoopbackAddress() && !address.isAnyLocalAddress() && !self.contains(address);
  }
}
