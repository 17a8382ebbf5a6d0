package dev.zlayer.device;

import dev.zlayer.linux.Netlink;
import dev.zlayer.linux.TunDevice;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a device's interface: the kernel's TUN device with MTU and addresses. */
final class LinuxInterface {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxInterface.class);

  private LinuxInterface() {}

  /** A TUN device with MTU and addresses; while it is up there are routes to its networks. */
  static Tun openTun(DeviceSettings settings) throws IOException {
    TunDevice device = TunDevice.open(settings.interfaceName(), LOG::warn);
    try (Netlink netlink = Netlink.open()) {
      int index = netlink.linkIndex(device.name());
      netlink.mtu(index, settings.mtu());
      netlink.withoutLinkLocal(index);
      for (InterfaceAddress address : settings.addresses()) {
        netlink.addAddress(index, address.address(), address.prefixLength());
      }
      if (settings.up()) {
        netlink.linkUp(index);
      }
      return new LinuxTun(device);
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }
}
