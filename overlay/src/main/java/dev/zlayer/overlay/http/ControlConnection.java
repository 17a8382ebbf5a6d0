package dev.zlayer.overlay.http;

import dev.zlayer.overlay.api.ApiRequest;
import dev.zlayer.overlay.api.ApiResponse;
import dev.zlayer.overlay.api.ControlApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Base64;
import java.util.Optional;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.HttpServerRequestHandler.ResponseTrigger;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of a member, request after request. Used by one thread. */
final class ControlConnection {
  /** A request is small: its head and its headers. */
  static final Http1Config LIMITS =
      Http1Config.custom()
          .setMaxLineLength(1024)
          .setMaxHeaderCount(32)
          .setMaxEmptyLineCount(1)
          .build();

  private static final Logger LOG = LoggerFactory.getLogger(ControlConnection.class);

  private final Socket socket;
  private final InetAddress source;
  private final ControlApi api;
  private final News news;

  ControlConnection(Socket socket, ControlApi api, News news) {
    this.socket = socket;
    this.source = socket.getInetAddress();
    this.api = api;
    this.news = news;
  }

  /** Answers until one side hangs up. */
  void serve() {
    RequestLoop.run("control API", socket, LIMITS, this::handle);
  }

  private void handle(ClassicHttpRequest request, ResponseTrigger trigger, HttpContext context)
      throws IOException, HttpException {
    trigger.submitResponse(http(answer(request)));
  }

  private ApiResponse answer(ClassicHttpRequest http) throws IOException {
    Optional<ApiResponse> tooMany = api.tooMany(source, System.currentTimeMillis());
    if (tooMany.isPresent()) {
      return tooMany.get();
    }
    Optional<byte[]> body = body(http.getEntity());
    if (body.isEmpty()) {
      return ControlApi.malformed(
          ApiResponse.TOO_LARGE, "a body has at most " + ControlApi.MAX_BODY_BYTES + " bytes");
    }
    try {
      return answer(
          ApiRequest.of(http.getMethod(), http.getPath(), name -> header(http, name), body.get()));
    } catch (IllegalArgumentException e) {
      return ControlApi.malformed(ApiResponse.BAD_REQUEST, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the node ends", e);
    } catch (RuntimeException e) {
      LOG.error("control API: a request of {} failed", source, e);
      return ControlApi.malformed(ApiResponse.FAILED, "the leader failed: its log has more");
    }
  }

  private ApiResponse answer(ApiRequest request) throws InterruptedException {
    return switch (api.handle(source, request, System.currentTimeMillis())) {
      case ControlApi.Outcome.Answered answered -> answered.response();
      case ControlApi.Outcome.Waiting waiting -> {
        news.await(waiting.position(), waiting.untilMillis());
        yield api.resume(waiting);
      }
    };
  }

  /** The whole body; empty if it is too long. What is left of one isn't read. */
  private Optional<byte[]> body(HttpEntity entity) throws IOException {
    if (entity == null) {
      return Optional.of(new byte[0]);
    }
    if (entity.getContentLength() > ControlApi.MAX_BODY_BYTES) {
      return hangUp();
    }
    InputStream in = entity.getContent();
    byte[] body = in.readNBytes(ControlApi.MAX_BODY_BYTES + 1);
    return body.length > ControlApi.MAX_BODY_BYTES ? hangUp() : Optional.of(body);
  }

  /** Reads no more of this connection, so that a long body costs its sender only. */
  private Optional<byte[]> hangUp() throws IOException {
    socket.shutdownInput();
    return Optional.empty();
  }

  private static Optional<String> header(ClassicHttpRequest http, String name) {
    return Optional.ofNullable(http.getFirstHeader(name)).map(Header::getValue);
  }

  private static ClassicHttpResponse http(ApiResponse response) {
    ClassicHttpResponse http = new BasicClassicHttpResponse(response.status());
    if (response.proof().length > 0) {
      http.setHeader(ApiRequest.PROOF_HEADER, Base64.getEncoder().encodeToString(response.proof()));
    }
    if (response.status() == ApiResponse.TOO_LARGE) {
      http.setHeader(HttpHeaders.CONNECTION, "close");
    }
    http.setEntity(new ByteArrayEntity(response.body(), ContentType.APPLICATION_JSON));
    return http;
  }
}
