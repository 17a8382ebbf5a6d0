package dev.zlayer.overlay.http;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.api.ApiRequest;
import dev.zlayer.overlay.api.ApiResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.DefaultHttpProcessor;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.RequestConnControl;
import org.apache.hc.core5.http.protocol.RequestContent;
import org.apache.hc.core5.http.protocol.RequestTargetHost;
import org.apache.hc.core5.http.protocol.RequestUserAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the leader, over one connection that stays open as long as it works. One thread asks; any
 * may {@link #close} it, which ends what is under way.
 */
public final class ControlClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlClient.class);

  /** The longest answer: a whole map of the largest mesh. */
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  private final InetSocketAddress leader;
  private final InetAddress source;

  /** Not the library's usual one, which waits to be told to send the body. */
  private final HttpProcessor processor =
      new DefaultHttpProcessor(
          RequestTargetHost.INSTANCE,
          RequestContent.INSTANCE,
          RequestConnControl.INSTANCE,
          new RequestUserAgent("zlayer"));

  private final HttpRequestExecutor executor = new HttpRequestExecutor();
  private volatile Optional<Socket> socket = Optional.empty();
  private Optional<DefaultBHttpClientConnection> connection = Optional.empty();
  private volatile boolean closed;

  /**
   * @param leader the control API's address in the overlay
   * @param source our own address in the overlay, from which the leader takes our requests
   */
  public ControlClient(InetSocketAddress leader, InetAddress source) {
    this.leader = leader;
    this.source = source;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param patience the longest time without a byte of the answer
   * @throws IOException if there is none; the next request connects anew
   */
  public ApiResponse send(ApiRequest request, Duration patience) throws IOException {
    try {
      DefaultBHttpClientConnection open = connection();
      socket.orElseThrow().setSoTimeout((int) patience.toMillis());
      HttpCoreContext context = HttpCoreContext.create();
      ClassicHttpRequest http = http(request);
      executor.preProcess(http, processor, context);
      try (ClassicHttpResponse answer = executor.execute(http, open, context)) {
        executor.postProcess(answer, processor, context);
        ApiResponse response = response(answer);
        if (!executor.keepAlive(http, answer, open, context)) {
          hangUp();
        }
        return response;
      }
    } catch (HttpException e) {
      hangUp();
      throw new IOException("no HTTP answer: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      hangUp();
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    closeSocket();
  }

  private DefaultBHttpClientConnection connection() throws IOException {
    if (connection.isPresent() && connection.get().isOpen()) {
      return connection.get();
    }
    Socket fresh = new Socket();
    socket = Optional.of(fresh);
    if (closed) {
      throw new IOException("the node ends");
    }
    fresh.setTcpNoDelay(true);
    fresh.bind(new InetSocketAddress(source, 0));
    fresh.connect(leader, (int) CONNECT_TIMEOUT.toMillis());
    DefaultBHttpClientConnection bound = new DefaultBHttpClientConnection(ControlConnection.LIMITS);
    bound.bind(fresh);
    connection = Optional.of(bound);
    return bound;
  }

  private void hangUp() {
    connection = Optional.empty();
    closeSocket();
  }

  private void closeSocket() {
    socket.ifPresent(open -> {
      try {
        open.close();
      } catch (IOException e) {
        LOG.debug("control API: a socket doesn't close: {}", e.getMessage());
      }
    });
  }

  private ClassicHttpRequest http(ApiRequest request) {
    // As text: of an address it would ask DNS for a name.
    HttpHost host = new HttpHost("http", IpText.format(leader.getAddress()), leader.getPort());
    ClassicHttpRequest http = new BasicClassicHttpRequest(request.method(), host, request.target());
    request.headers().forEach(http::setHeader);
    http.setEntity(new ByteArrayEntity(request.body(), ContentType.APPLICATION_JSON));
    return http;
  }

  private static ApiResponse response(ClassicHttpResponse http) throws IOException {
    byte[] body = http.getEntity().getContent().readNBytes(MAX_ANSWER_BYTES);
    Header proof = http.getFirstHeader(ApiRequest.PROOF_HEADER);
    try {
      return new ApiResponse(
          http.getCode(),
          body,
          proof == null ? new byte[0] : Base64.getDecoder().decode(proof.getValue()));
    } catch (IllegalArgumentException e) {
      throw new IOException("the answer's proof is malformed", e);
    }
  }
}
