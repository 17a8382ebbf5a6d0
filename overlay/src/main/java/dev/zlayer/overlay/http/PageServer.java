package dev.zlayer.overlay.http;

import dev.zlayer.overlay.OverlayException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import org.apache.hc.core5.http.config.Http1Config;

/**
 * Shows pages on one address, to be read and nothing else. Who is no visitor is hung up on before
 * anything is read. Thread safe.
 */
public final class PageServer implements AutoCloseable {
  static final int MAX_CONNECTIONS = 64;

  /** A browser has six, and several may come from one host, or through SSH from loopback. */
  static final int MAX_CONNECTIONS_A_SOURCE = 32;

  /** A browser says more of itself than a member does. */
  private static final Http1Config LIMITS =
      Http1Config.custom()
          .setMaxLineLength(8192)
          .setMaxHeaderCount(64)
          .setMaxEmptyLineCount(1)
          .build();

  private final Listener listener;

  private PageServer(Listener listener) {
    this.listener = listener;
  }

  /**
   * Listens; what connects waits until {@link #start}.
   *
   * @param what is shown, for messages
   * @param pages by their paths, which begin with a slash
   * @throws OverlayException if the address or the port can't be had
   */
  public static PageServer open(
      String what, InetSocketAddress address, Visitors visitors, Map<String, Page> pages) {
    PageHandler handler = new PageHandler(what, visitors, pages);
    return new PageServer(
        Listener.open(
            what,
            address,
            new Listener.Bounds(MAX_CONNECTIONS, MAX_CONNECTIONS_A_SOURCE),
            visitors::include,
            socket -> serve(what, socket, handler)));
  }

  private static void serve(String what, Socket socket, PageHandler handler) {
    RequestLoop.run(what, socket, LIMITS, handler);
  }

  public void start() {
    listener.start();
  }

  /** Hangs up on everybody, and returns when no page is being made any more. */
  @Override
  public void close() {
    listener.close();
  }
}
