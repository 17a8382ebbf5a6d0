package dev.zlayer.linux;

import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A TUN interface in a network namespace of its own. The kernel has 10.77.0.1/24 on it; the test
 * plays 10.77.0.2 behind it.
 *
 * <pre>
 *   kernel: 10.77.0.1/24 ---- zl-test0 ---- test: 10.77.0.2
 * </pre>
 */
abstract class TestTun {
  static final String NAME = "zl-test0";
  static final InetAddress KERNEL = InetAddress.ofLiteral("10.77.0.1");
  static final InetAddress TEST = InetAddress.ofLiteral("10.77.0.2");

  TestNamespace namespace;
  Netlink netlink;
  TunDevice tun;

  @BeforeEach
  void open() throws Exception {
    namespace = TestNamespace.create();
    netlink = namespace.call(Netlink::open);
    tun = namespace.call(() -> TunDevice.open(NAME));
    int index = netlink.linkIndex(NAME);
    netlink.addAddress(index, KERNEL, 24);
    netlink.linkUp(index);
  }

  @AfterEach
  void close() throws Exception {
    tun.close();
    netlink.close();
    namespace.close();
  }
}
