package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class EndpointCacheTest {
  private final EndpointCache cache = new EndpointCache();
  private final long sockaddr = RawMemory.allocate(Arena.global(), InetSockaddr.BYTES);

  @Test
  void givesTheSameObjectForTheSameAddress() {
    Endpoint first = find(LibC.AF_INET6, Batches.at("2001:db8::1", 51820));
    find(LibC.AF_INET6, Batches.at("2001:db8::2", 51820));
    assertSame(first, find(LibC.AF_INET6, Batches.at("2001:db8::1", 51820)));
  }

  @Test
  void givesIpv4AndItsMappedFormTheSameObject() {
    Endpoint endpoint = Batches.at("192.0.2.1", 7);
    assertSame(find(LibC.AF_INET, endpoint), find(LibC.AF_INET6, endpoint));
  }

  @Test
  void tellsPortsAndScopesApart() throws UnknownHostException {
    byte[] linkLocal = Batches.at("fe80::1", 1).address().getAddress();
    for (int scope = 1; scope <= 3; scope++) {
      for (int port = 1; port <= 3; port++) {
        Endpoint endpoint = Endpoint.of(Inet6Address.getByAddress(null, linkLocal, scope), port);
        assertEquals(endpoint, find(LibC.AF_INET6, endpoint));
      }
    }
  }

  @Test
  void staysRightWhenMoreSendersComeThanItHolds() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 3 * EndpointCache.SLOTS; i++) {
        Endpoint endpoint = new Endpoint(0x2001_0db8_0000_0000L, i, 0, 1 + i % 65535);
        assertEquals(endpoint, find(LibC.AF_INET6, endpoint));
      }
    }
  }

  private Endpoint find(int family, Endpoint endpoint) {
    InetSockaddr.put(sockaddr, family, endpoint);
    return cache.find(sockaddr);
  }
}
