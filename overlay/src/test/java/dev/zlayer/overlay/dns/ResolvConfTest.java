package dev.zlayer.overlay.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.memory.IpText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvConfTest {
  @TempDir Path folder;

  private ResolvConf resolvConf() {
    return new ResolvConf(folder.resolve("resolv.conf"), List.of(IpText.parse("10.200.0.1")));
  }

  private void write(String text, int second) throws IOException {
    Path path = Files.writeString(folder.resolve("resolv.conf"), text);
    Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(second)));
  }

  private static List<String> servers(ResolvConf conf) {
    return conf.now().stream().map(ResolvConfTest::text).toList();
  }

  private static String text(InetSocketAddress server) {
    return IpText.format(server.getAddress()) + " " + server.getPort();
  }

  @Test
  void loopbackStubsAndOurselvesAreLeftOut() throws IOException {
    write(
        """
        # made by hand
        ; nameserver 192.0.2.1
        nameserver 127.0.0.53
        nameserver 127.0.0.1
        nameserver ::1
        nameserver 0.0.0.0
        nameserver ::
        nameserver 10.200.0.1
        search example.org
          nameserver\t192.0.2.53   # the one
        nameserver 2001:db8::53
        nameserver 192.0.2.53
        nameserver dns.example.org
        nameserver
        nameserver fe80::1%nosuchinterface
        options edns0
        """,
        1);
    assertEquals(List.of("192.0.2.53 53", "2001:db8::53 53"), servers(resolvConf()));
  }

  @Test
  void aChangedFileIsReadAgain() throws IOException {
    ResolvConf conf = resolvConf();
    assertEquals(List.of(), servers(conf));
    write("nameserver 192.0.2.1\n", 1);
    assertEquals(List.of("192.0.2.1 53"), servers(conf));
    write("nameserver 192.0.2.2\n", 2);
    assertEquals(List.of("192.0.2.2 53"), servers(conf));
    Files.delete(folder.resolve("resolv.conf"));
    assertEquals(List.of(), servers(conf));
  }
}
