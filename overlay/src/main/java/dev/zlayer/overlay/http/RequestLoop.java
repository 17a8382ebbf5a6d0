package dev.zlayer.overlay.http;

import java.io.IOException;
import java.net.Socket;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.HttpProcessors;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.impl.io.HttpService;
import org.apache.hc.core5.http.io.HttpServerRequestHandler;
import org.apache.hc.core5.http.io.support.BasicHttpServerExpectationDecorator;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the requests of one connection answered, one after the other, until one side hangs up. */
final class RequestLoop {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLoop.class);

  /** How long a client may take to send a part of its request, or to come up with another one. */
  private static final int READ_TIMEOUT_MILLIS = 20_000;

  private RequestLoop() {}

  /** Returns when the connection has ended. */
  static void run(
      String what, Socket socket, Http1Config limits, HttpServerRequestHandler handler) {
    HttpService service =
        new HttpService(
            HttpProcessors.server("zlayer"), new BasicHttpServerExpectationDecorator(handler));
    try (DefaultBHttpServerConnection connection =
        new DefaultBHttpServerConnection("http", limits)) {
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      socket.setTcpNoDelay(true);
      connection.bind(socket);
      while (connection.isOpen()) {
        service.handleRequest(connection, HttpCoreContext.create());
      }
    } catch (IOException | HttpException | RuntimeException e) {
      // The library's own for what it can't make sense of; a handler's never come here.
      LOG.debug("{}: {}: {}", what, socket.getInetAddress(), e.getMessage());
    }
  }
}
