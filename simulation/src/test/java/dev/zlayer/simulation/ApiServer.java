package dev.zlayer.simulation;

import dev.zlayer.overlay.api.ApiResponse;
import dev.zlayer.overlay.api.ControlApi;
import dev.zlayer.overlay.api.ControlApi.Outcome;
import dev.zlayer.overlay.map.MapLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Serves the control API through the tunnel: what {@code ControlServer} is in the product. */
final class ApiServer {
  private final Program program;
  private final ControlApi api;
  private final MapLog log;
  private final List<Watch> watches = new ArrayList<>();

  /** A request whose answer waits for news. */
  private record Watch(Outcome.Waiting waiting, TcpPacket request) {}

  ApiServer(Program program, ControlApi api, MapLog log) {
    this.program = program;
    this.api = api;
    this.log = log;
  }

  void receive(TcpPacket packet) {
    if (!api.isOverlay(packet.source())) {
      return;
    }
    long now = program.host.wallMillis();
    Optional<ApiResponse> tooMany = api.tooMany(packet.source(), now);
    if (tooMany.isPresent()) {
      answer(packet, tooMany.get());
      return;
    }
    switch (api.handle(packet.source(), HttpText.request(packet.payload()), now)) {
      case Outcome.Answered answered -> answer(packet, answered.response());
      case Outcome.Waiting waiting -> await(new Watch(waiting, packet), now);
    }
  }

  /** The map has changed. */
  void news() {
    for (Watch watch : List.copyOf(watches)) {
      if (log.hasNews(watch.waiting().position())) {
        // The thread that waits is woken, and runs when it gets to it.
        program.later(program.world.between(0, 0.02), () -> resume(watch));
      }
    }
  }

  private void await(Watch watch, long nowMillis) {
    watches.add(watch);
    long left = watch.waiting().untilMillis() - nowMillis;
    program.later(Duration.ofMillis(left), () -> resume(watch));
  }

  private void resume(Watch watch) {
    if (watches.remove(watch)) {
      answer(watch.request(), api.resume(watch.waiting()));
    }
  }

  private void answer(TcpPacket request, ApiResponse response) {
    program.device.send(request.answer(HttpText.of(response)).bytes());
  }
}
