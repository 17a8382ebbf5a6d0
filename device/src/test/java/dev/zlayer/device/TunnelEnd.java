package dev.zlayer.device;

import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.linux.NetworkNamespace;
import dev.zlayer.memory.IpText;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.WgShow;
import dev.zlayer.wireguard.PeerSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A device of ours in a namespace, on a TUN device and a UDP socket of the kernel, and served to
 * {@code wg}.
 *
 * <p>Its interface gets a name of its own on the whole machine, since the control sockets in {@link
 * UapiSocket#DIRECTORY} are shared between namespaces.
 */
final class TunnelEnd implements AutoCloseable {
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final Netns namespace;
  private final Device device;
  private final UapiSocket socket;

  private TunnelEnd(Netns namespace, Device device, UapiSocket socket) {
    this.namespace = namespace;
    this.device = device;
    this.socket = socket;
  }

  /** Opens a device with a new key and a name of its own; {@code 10.9.0.1/24} is an address. */
  static TunnelEnd open(Netns namespace, int listenPort, String... addresses) throws Exception {
    return open(namespace, settings(freeName(), listenPort, addresses));
  }

  /** Opens a device without a key, on a port that is free. */
  static TunnelEnd openBare(Netns namespace, String... addresses) throws Exception {
    DeviceSettings full = settings(freeName(), 0, addresses);
    return open(
        namespace,
        new DeviceSettings(
            full.interfaceName(), Optional.empty(), 0, full.mtu(), full.addresses(), true));
  }

  static TunnelEnd open(Netns namespace, DeviceSettings settings) throws Exception {
    Device device =
        NetworkNamespace.call(Path.of("/run/netns", namespace.name()), () -> Device.open(settings));
    try {
      return new TunnelEnd(namespace, device, UapiSocket.open(device, UapiSocket.DIRECTORY));
    } catch (Exception e) {
      device.close();
      throw e;
    }
  }

  static DeviceSettings settings(String name, int listenPort, String... addresses) {
    return new DeviceSettings(
        name,
        Optional.of(PrivateKey.generate(new SecureRandom()::nextBytes)),
        listenPort,
        DeviceSettings.DEFAULT_MTU,
        Stream.of(addresses).map(TunnelEnd::address).toList(),
        true);
  }

  static String freeName() {
    return "zlt" + ProcessHandle.current().pid() + "d" + NEXT.getAndIncrement();
  }

  Device device() {
    return device;
  }

  /** In base64. */
  String publicKey() {
    return device.publicKey().orElseThrow().toBase64();
  }

  void peer(PeerSettings settings) {
    device.configure(settings);
  }

  /** The device as {@code wg show} sees it now. */
  WgShow show() {
    return WgShow.of(namespace, device.interfaceName());
  }

  Path socketFile() {
    return socket.path();
  }

  /** The names of its threads that run. */
  List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(device.interfaceName() + "-"))
        .toList();
  }

  @Override
  public void close() {
    socket.close();
    device.close();
  }

  private static InterfaceAddress address(String text) {
    int slash = text.indexOf('/');
    return new InterfaceAddress(
        IpText.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
  }
}
