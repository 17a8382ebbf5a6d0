package dev.zlayer.overlay.node;

import dev.zlayer.device.Device;
import dev.zlayer.device.DeviceSettings;
import dev.zlayer.device.InterfaceAddress;
import dev.zlayer.device.SocketInUseException;
import dev.zlayer.device.UapiSocket;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.state.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The interface of a running node.
 *
 * @param uapi through which {@code wg} sees and sets it
 */
record NodeLink(Device device, UapiSocket uapi) implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLink.class);

  /** Makes the interface of a node in this state, without peers; nothing is left if that fails. */
  static NodeLink open(NodeState state, Path dataDirectory) throws IOException {
    Device device = Device.open(settings(state));
    try {
      return new NodeLink(device, openUapi(device, dataDirectory));
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  private static DeviceSettings settings(NodeState state) {
    return new DeviceSettings(
        state.config().interfaceName(),
        Optional.of(state.config().privateKey()),
        state.config().port(),
        DeviceSettings.DEFAULT_MTU,
        addresses(state.mesh().node()),
        true);
  }

  private static List<InterfaceAddress> addresses(MeshNode self) {
    List<InterfaceAddress> addresses = new ArrayList<>();
    for (int i = 0; i < self.networks().size(); i++) {
      addresses.add(
          new InterfaceAddress(self.addresses().get(i), self.networks().get(i).prefixLength()));
    }
    return addresses;
  }

  /**
   * Serves {@code wg} where it looks; in the data directory where that place is taken, as by an
   * interface of the same name in another network namespace, or not ours to write to.
   */
  private static UapiSocket openUapi(Device device, Path dataDirectory) throws IOException {
    try {
      return UapiSocket.open(device, UapiSocket.DIRECTORY);
    } catch (SocketInUseException e) {
      LOG.warn("{}; this node's UAPI socket is in {}", e.getMessage(), dataDirectory);
    } catch (IOException e) {
      LOG.warn(
          "no UAPI socket in {} ({}); it is in {}",
          UapiSocket.DIRECTORY,
          e.getMessage(),
          dataDirectory);
    }
    return UapiSocket.open(device, dataDirectory);
  }

  String name() {
    return device.interfaceName();
  }

  @Override
  public void close() {
    uapi.close();
    device.close();
  }
}
