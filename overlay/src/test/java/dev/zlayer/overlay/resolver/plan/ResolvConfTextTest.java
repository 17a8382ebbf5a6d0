package dev.zlayer.overlay.resolver.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class ResolvConfTextTest {
  private static final InetAddress NODE = IpText.parse("10.200.0.1");

  @Test
  void theFirstUsableNameServerIsAskedFirst() {
    var text = new ResolvConfText("#nameserver 1.1.1.1\nnameserver x\n nameserver 10.200.0.1 #\n");
    assertTrue(text.asksFirst(NODE));
    assertFalse(new ResolvConfText("nameserver ::1\nnameserver 10.200.0.1\n").asksFirst(NODE));
    assertFalse(new ResolvConfText("").asksFirst(NODE));
    assertEquals(1, text.nameServers().size());
  }

  @Test
  void whoRotatesAsksAnyFirst() {
    var text = new ResolvConfText("nameserver 10.200.0.1\noptions edns0 rotate\n");
    assertTrue(text.rotates());
    assertFalse(text.asksFirst(NODE));
  }
}
