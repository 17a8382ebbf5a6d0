package dev.zlayer.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.dns.DnsHandle;
import dev.zlayer.overlay.dns.DnsRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A service that announces itself to the members of an overlay, and one that finds it.
 *
 * <pre>
 *   TimeService serve DIR   on the leader: tells the time over HTTP, and all members where
 *   TimeService ask DIR     on a member: finds the service by its name and asks it
 * </pre>
 *
 * <p>DIR is that of a node that was set up before, by {@code zlayer-overlay init} or {@code join}.
 * The service listens on its overlay address only: who isn't a member can't even connect.
 */
public final class TimeService {
  private static final String NAME = "time";
  private static final String ZONE = "overlay.local";
  private static final int PORT = 8080;

  private TimeService() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (OverlayBootstrap node = OverlayBootstrap.load(Path.of(arguments[1]))) {
      if (arguments[0].equals("serve")) {
        serve(node.withDnsDefault(ZONE));
      } else {
        ask(node);
      }
    }
  }

  private static void serve(OverlayBootstrap node) throws IOException {
    node.start();
    HttpServer server = HttpServer.create(new InetSocketAddress(node.nodeIp(), PORT), 0);
    server.createContext("/", request -> answer(request, node));
    server.start();
    // The record travels to every member, whose own server answers for it from then on.
    DnsHandle names = node.dnsHandle().orElseThrow();
    names.addRecord(NAME, node.nodeIp());
    IO.readln("Serving as " + NAME + "." + ZONE + "; Enter ends this.\n");
    names.removeRecord(NAME);
    server.stop(0);
  }

  private static void answer(HttpExchange request, OverlayBootstrap node) throws IOException {
    InetAddress caller = request.getRemoteAddress().getAddress();
    String name =
        node.peers().stream()
            .filter(peer -> peer.overlayIp().equals(Optional.of(caller)))
            .map(PeerConfig::nodeId)
            .findFirst()
            .orElse("stranger");
    byte[] text =
        "Hello %s, it is %s\n".formatted(name, Instant.now()).getBytes(StandardCharsets.UTF_8);
    request.sendResponseHeaders(200, text.length);
    try (var body = request.getResponseBody()) {
      body.write(text);
    }
  }

  private static void ask(OverlayBootstrap node) throws IOException, InterruptedException {
    node.start();
    InetAddress service = find(node);
    URI uri = URI.create("http://" + service.getHostAddress() + ":" + PORT + "/");
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(uri).build();
      IO.print(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
  }

  /** Members learn the names from the leader's map, which is there soon after the start. */
  private static InetAddress find(OverlayBootstrap node) throws InterruptedException {
    while (true) {
      Optional<DnsRecord> record =
          node.dns().records().stream()
              .filter(known -> known.name().equals(NAME + "." + ZONE))
              .findFirst();
      if (record.isPresent()) {
        return record.get().address();
      }
      Thread.sleep(100);
    }
  }
}
