package dev.zlayer.overlay.node;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.device.Device;
import dev.zlayer.device.DeviceSettings;
import dev.zlayer.device.InterfaceAddress;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.api.ApiCaller;
import dev.zlayer.overlay.api.ApiRequest;
import dev.zlayer.overlay.api.ControlApi;
import dev.zlayer.overlay.api.Redemption;
import dev.zlayer.overlay.api.UnprovenAnswerException;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.http.ControlClient;
import dev.zlayer.overlay.map.Adoption;
import dev.zlayer.overlay.state.NodeConfig;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Comes up under a token's temporary identity and redeems it. */
public final class Enroller {
  /** How long the leader is looked for, at all of its endpoints in turn. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How long an answer may take. */
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private Enroller() {}

  /**
   * What the new member knows of the mesh.
   *
   * @param config of the node to be; its interface is made for as long as this takes
   * @param endpoint where the node will be reached, as far as its operator says so
   * @param progress told in a line what is going on
   * @throws OverlayException with the leader's reason, or saying that it can't be reached
   */
  public static Adoption enrol(
      InviteToken token,
      NodeConfig config,
      Optional<HostPort> endpoint,
      Consumer<String> progress) {
    List<Endpoint> places = places(token);
    try (Device device = Device.open(settings(token, config));
        ControlClient client =
            new ControlClient(
                new InetSocketAddress(token.leaderIp(), ControlApi.PORT), token.temporaryIp())) {
      return redeem(redemption(token, config, endpoint), places, device, client, progress);
    } catch (IOException e) {
      throw new OverlayException(e.getMessage(), e);
    }
  }

  private static Adoption redeem(
      Redemption redemption,
      List<Endpoint> places,
      Device device,
      ControlClient client,
      Consumer<String> progress) {
    String reason = "";
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (int attempt = 0; attempt < places.size() || System.nanoTime() < deadline; attempt++) {
      Endpoint place = places.get(attempt % places.size());
      if (attempt < places.size()) {
        progress.accept("asking the leader at " + place);
      }
      device.configure(leader(redemption.token()).withEndpoint(place));
      ApiRequest request = redemption.request(System.currentTimeMillis());
      try {
        return redemption.received(
            request, client.send(request, ANSWER), System.currentTimeMillis());
      } catch (IOException | UnprovenAnswerException e) {
        reason = e.getMessage();
      }
    }
    throw new OverlayException(
        "the leader doesn't answer at %s (%s): see that it is up and reached over UDP there, and that"
                .formatted(places, reason)
            + " the token isn't forgotten");
  }

  private static Redemption redemption(
      InviteToken token, NodeConfig config, Optional<HostPort> endpoint) {
    Crypto crypto = Crypto.system();
    PublicKey member = crypto.publicKey(config.privateKey());
    ApiCaller caller =
        new ApiCaller(
            crypto, token.privateKey(), token.leaderPublicKey(), new SecureRandom()::nextBytes);
    return new Redemption(token, member, endpoint, caller);
  }

  private static List<Endpoint> places(InviteToken token) {
    List<Endpoint> places = new ArrayList<>();
    token.endpoints().forEach(place -> places.addAll(PeerSearch.resolve(place)));
    if (places.isEmpty()) {
      throw new OverlayException(
          "no address is known for the leader's host in "
              + token.endpoints()
              + ": see that DNS works");
    }
    return places;
  }

  private static DeviceSettings settings(InviteToken token, NodeConfig config) {
    return new DeviceSettings(
        config.interfaceName(),
        Optional.of(token.privateKey()),
        0,
        DeviceSettings.DEFAULT_MTU,
        List.of(new InterfaceAddress(token.temporaryIp(), token.cidr().prefixLength())),
        true);
  }

  private static PeerSettings leader(InviteToken token) {
    return PeerSettings.of(token.leaderPublicKey(), Cidr.host(token.leaderIp()))
        .withPresharedKey(token.presharedKey());
  }
}
