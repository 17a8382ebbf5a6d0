package dev.zlayer.simulation;

import dev.zlayer.overlay.api.ApiRequest;
import dev.zlayer.overlay.api.ApiResponse;
import dev.zlayer.overlay.api.ControlApi;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks a leader through the tunnel: what {@code ControlClient} is in the product. */
final class ApiClient {
  private static final int FIRST_PORT = 32_768;

  private final Program program;
  private final InetAddress self;
  private final InetAddress leader;
  private final Map<Integer, Consumer<Optional<ApiResponse>>> underWay = new HashMap<>();
  private int port = FIRST_PORT;

  ApiClient(Program program, InetAddress self, InetAddress leader) {
    this.program = program;
    this.self = self;
    this.leader = leader;
  }

  /**
   * Sends a request.
   *
   * @param then given the answer, or nothing if none comes in time
   */
  void send(ApiRequest request, Duration patience, Consumer<Optional<ApiResponse>> then) {
    int source = port++;
    underWay.put(source, then);
    program.device.send(
        new TcpPacket(self, source, leader, ControlApi.PORT, HttpText.of(request)).bytes());
    program.later(patience, () -> end(source, Optional.empty()));
  }

  void receive(TcpPacket packet) {
    if (packet.source().equals(leader) && packet.sourcePort() == ControlApi.PORT) {
      end(packet.targetPort(), Optional.of(HttpText.response(packet.payload())));
    }
  }

  private void end(int source, Optional<ApiResponse> response) {
    Consumer<Optional<ApiResponse>> then = underWay.remove(source);
    if (then != null) {
      then.accept(response);
    }
  }
}
