package dev.zlayer.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Debian's {@code wireguard-go} in a namespace: the peer that our protocol is measured by. Or a
 * program that takes its place.
 *
 * <p>Its interface gets a name of its own on the whole machine, since the control sockets in {@code
 * /var/run/wireguard} are shared between namespaces.
 */
public final class WireGuardGo implements AutoCloseable {
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private final Netns namespace;
  private final String interfaceName;
  private final WgKeys keys;
  private final RunningCommand process;

  private WireGuardGo(Netns namespace, String interfaceName, WgKeys keys, RunningCommand process) {
    this.namespace = namespace;
    this.interfaceName = interfaceName;
    this.keys = keys;
    this.process = process;
  }

  /**
   * Starts a device with a new key; it is down and has no peers.
   *
   * @param listenPort 1 to 65535, or 0 to let it choose
   */
  public static WireGuardGo start(Netns namespace, int listenPort) {
    Tools.require("wireguard-go", "wireguard-go");
    return start("wireguard-go", namespace, listenPort);
  }

  /** As {@link #start(Netns, int)}, of a program that takes the same words. */
  public static WireGuardGo start(String program, Netns namespace, int listenPort) {
    String name = "zlt" + ProcessHandle.current().pid() + "g" + NEXT.getAndIncrement();
    RunningCommand process = namespace.start(program, "--foreground", name);
    WireGuardGo device = new WireGuardGo(namespace, name, WgKeys.generate(), process);
    Eventually.within(
        START_LIMIT,
        () -> "the socket of " + program + " " + name + process.errors(),
        () -> device.isServed());
    device.set("private-key", WgKeys.file(device.keys.privateKey()).toString());
    device.set("listen-port", Integer.toString(listenPort));
    return device;
  }

  /**
   * {@code wg} would remove a socket that nobody listens on yet. Ours isn't there before, and has
   * the name that it had until then in what {@code ss} lists.
   */
  private boolean isServed() {
    return Files.exists(Path.of("/var/run/wireguard", interfaceName + ".sock"))
        && namespace.exec("ss", "-Hxl").contains("/" + interfaceName + ".");
  }

  public String interfaceName() {
    return interfaceName;
  }

  /** In base64. */
  public String publicKey() {
    return keys.publicKey();
  }

  /**
   * Configures the device as {@code wg set INTERFACE} does: {@code set("peer", key, "allowed-ips",
   * "10.0.0.2/32")}. Secrets go in through {@link WgKeys#file}.
   */
  public void set(String... words) {
    List<String> line = new ArrayList<>(List.of("wg", "set", interfaceName));
    line.addAll(List.of(words));
    namespace.exec(line.toArray(String[]::new));
  }

  /** Gives the interface its addresses, with prefix lengths, and brings it up. */
  public void up(String... addresses) {
    for (String address : addresses) {
      namespace.addAddress(interfaceName, address);
    }
    namespace.ip("link", "set", interfaceName, "up");
  }

  /** The device as {@code wg show} sees it now. */
  public WgShow show() {
    return WgShow.of(namespace, interfaceName);
  }

  /** Ends the process; its interface and socket go with it. */
  @Override
  public void close() {
    process.close();
  }
}
