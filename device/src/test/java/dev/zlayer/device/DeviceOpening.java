package dev.zlayer.device;

import java.io.IOException;

/** A process that opens the device its argument names, and prints why it can't. */
final class DeviceOpening {
  private DeviceOpening() {}

  static void main(String[] arguments) {
    try (Device device = Device.open(TunnelEnd.settings(arguments[0], 0, "10.9.0.1/24"))) {
      IO.println("opened " + device.interfaceName());
    } catch (IOException e) {
      IO.println(e.getMessage());
    }
  }
}
