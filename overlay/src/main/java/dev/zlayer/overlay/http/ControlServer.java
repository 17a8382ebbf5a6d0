package dev.zlayer.overlay.http;

import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.api.ControlApi;
import java.net.InetSocketAddress;

/**
 * Listens for the control API on the leader's overlay address. Who isn't of the overlay is hung up
 * on before anything is read. Thread safe.
 */
public final class ControlServer implements AutoCloseable {
  static final int MAX_CONNECTIONS = 4096;
  static final int MAX_CONNECTIONS_A_SOURCE = 8;

  private final Listener listener;

  private ControlServer(Listener listener) {
    this.listener = listener;
  }

  /**
   * Listens; what connects waits until {@link #start}.
   *
   * @throws OverlayException if the address or the port can't be had
   */
  public static ControlServer open(InetSocketAddress address, ControlApi api, News news) {
    return new ControlServer(
        Listener.open(
            "the control API",
            address,
            new Listener.Bounds(MAX_CONNECTIONS, MAX_CONNECTIONS_A_SOURCE),
            api::isOverlay,
            socket -> new ControlConnection(socket, api, news).serve()));
  }

  public void start() {
    listener.start();
  }

  /**
   * Hangs up on everybody, and returns when no request is under way any more. Watches must have
   * been told that there is no more news.
   */
  @Override
  public void close() {
    listener.close();
  }
}
