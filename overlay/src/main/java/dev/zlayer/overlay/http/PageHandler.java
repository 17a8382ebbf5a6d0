package dev.zlayer.overlay.http;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.io.HttpServerRequestHandler;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.URIAuthority;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a request to the page that it is for, or to what is wrong with it. Thread safe. */
final class PageHandler implements HttpServerRequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(PageHandler.class);
  private static final Set<String> METHODS = Set.of("GET", "HEAD");
  private static final String TEXT = "text/plain; charset=utf-8";

  private final String what;
  private final Visitors visitors;
  private final Map<String, Page> pages;

  PageHandler(String what, Visitors visitors, Map<String, Page> pages) {
    this.what = what;
    this.visitors = visitors;
    this.pages = Map.copyOf(pages);
  }

  @Override
  public void handle(ClassicHttpRequest request, ResponseTrigger trigger, HttpContext context)
      throws HttpException, IOException {
    if (hasBody(request)) {
      // It isn't read, and nothing after it either: the connection ends with the answer.
      throw new ProtocolException("a request for a page has no body");
    }
    ClassicHttpResponse response = answer(request);
    // Nobody keeps what is new each time, and nobody takes it for anything else than it is.
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    trigger.submitResponse(response);
  }

  private ClassicHttpResponse answer(ClassicHttpRequest request) throws IOException {
    Optional<String> host = host(request);
    if (host.isEmpty()) {
      return refusal(HttpStatus.SC_BAD_REQUEST, "the header Host is missing or malformed");
    }
    if (!visitors.mayCall(host.get())) {
      return refusal(
          HttpStatus.SC_MISDIRECTED_REQUEST,
          "this node isn't called '" + host.get() + "': use its address");
    }
    String[] target = request.getPath().split("\\?", 2);
    Page page = pages.get(target[0]);
    if (page == null) {
      return refusal(
          HttpStatus.SC_NOT_FOUND,
          "there is nothing here; there is " + String.join(", ", new TreeSet<>(pages.keySet())));
    }
    if (!METHODS.contains(request.getMethod())) {
      ClassicHttpResponse refusal =
          refusal(HttpStatus.SC_METHOD_NOT_ALLOWED, "pages are read only: GET or HEAD");
      refusal.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
      return refusal;
    }
    return show(
        page, new PageRequest(target.length == 2 ? target[1] : "", name -> header(request, name)));
  }

  private ClassicHttpResponse show(Page page, PageRequest request) throws IOException {
    try {
      PageContent content = page.show(request);
      ClassicHttpResponse response = response(HttpStatus.SC_OK, content.type(), content.body());
      content.headers().forEach(response::setHeader);
      return response;
    } catch (PageNotFoundException e) {
      return refusal(HttpStatus.SC_NOT_FOUND, e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("{}: a page can't be shown", what, e);
      return refusal(HttpStatus.SC_INTERNAL_SERVER_ERROR, "the node failed: its log has more");
    }
  }

  private static boolean hasBody(ClassicHttpRequest request) {
    HttpEntity entity = request.getEntity();
    return entity != null && entity.getContentLength() != 0;
  }

  /** What the client calls us, without a port. */
  private static Optional<String> host(ClassicHttpRequest request) {
    Optional<String> header = header(request, HttpHeaders.HOST).map(String::strip);
    if (header.isEmpty()) {
      return header;
    }
    try {
      return Optional.of(URIAuthority.create(header.get()).getHostName())
          .filter(host -> !host.isEmpty());
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> header(ClassicHttpRequest request, String name) {
    return Optional.ofNullable(request.getFirstHeader(name)).map(Header::getValue);
  }

  private static ClassicHttpResponse refusal(int status, String reason) {
    return response(status, TEXT, (reason + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static ClassicHttpResponse response(int status, String type, byte[] body) {
    ClassicHttpResponse response = new BasicClassicHttpResponse(status);
    response.setEntity(new ByteArrayEntity(body, ContentType.parse(type)));
    return response;
  }
}
