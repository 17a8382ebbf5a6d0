package dev.zlayer.overlay.node;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.api.ApiCaller;
import dev.zlayer.overlay.api.ApiRequest;
import dev.zlayer.overlay.api.ControlApi;
import dev.zlayer.overlay.api.Leave;
import dev.zlayer.overlay.api.UnprovenAnswerException;
import dev.zlayer.overlay.http.ControlClient;
import dev.zlayer.overlay.state.Registry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;

/** Has the leader remove this worker. */
final class Departure {
  private static final int ATTEMPTS = 3;
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private Departure() {}

  /**
   * Returns once this node is no member any more.
   *
   * @throws OverlayException if the leader refuses or doesn't answer
   */
  static void ask(Registry registry) {
    PeerConfig leader =
        registry.leader().orElseThrow(() -> new OverlayException("this node knows no leader"));
    Leave leave =
        new Leave(
            new ApiCaller(
                Crypto.system(),
                registry.state().config().privateKey(),
                leader.publicKey(),
                new SecureRandom()::nextBytes));
    String reason = "";
    try (ControlClient client =
        new ControlClient(
            new InetSocketAddress(leader.overlayIp().orElseThrow(), ControlApi.PORT),
            registry.node().address())) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        ApiRequest request = leave.request(System.currentTimeMillis());
        try {
          leave.received(request, client.send(request, ANSWER), System.currentTimeMillis());
          return;
        } catch (IOException | UnprovenAnswerException e) {
          reason = e.getMessage();
        }
      }
    }
    throw new OverlayException(
        "the leader doesn't answer (%s): try again later, or leave with --force and have it remove"
                .formatted(reason)
            + " this node by hand");
  }
}
