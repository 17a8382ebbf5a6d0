package dev.zlayer.simulation;

import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.api.ApiCaller;
import dev.zlayer.overlay.api.ApiRequest;
import dev.zlayer.overlay.api.ApiResponse;
import dev.zlayer.overlay.api.Redemption;
import dev.zlayer.overlay.api.RefusedTokenException;
import dev.zlayer.overlay.api.UnprovenAnswerException;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.map.Adoption;
import dev.zlayer.overlay.map.WantedPeers;
import dev.zlayer.overlay.state.NodeConfig;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** {@code join TOKEN} that runs: what {@code Enroller} is in the product, step by step. */
final class JoinerProgram extends Program {
  /** What no leader may ever hear: an invite reaches the control API and nothing else. */
  static final String SMUGGLED = "smuggled past the confinement";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final InviteToken token;
  private final PrivateKey privateKey;
  private final Redemption redemption;
  private final ApiClient client;
  private final long deadlineNanos;

  /**
   * @param privateKey of the node to be
   */
  JoinerProgram(Host host, InviteToken token, PrivateKey privateKey) {
    super(host, token.privateKey());
    this.token = token;
    this.privateKey = privateKey;
    this.redemption =
        new Redemption(
            token,
            world.crypto.publicKey(privateKey),
            host.declared(),
            new ApiCaller(
                world.crypto, token.privateKey(), token.leaderPublicKey(), world.entropy::fill));
    this.client = new ApiClient(this, token.temporaryIp(), token.leaderIp());
    this.deadlineNanos = world.nanos() + PATIENCE.toNanos();
  }

  @Override
  void start() {
    ask(0);
    device.send(TcpPacket.echo(address(), token.leaderIp(), SMUGGLED));
  }

  @Override
  InetAddress address() {
    return token.temporaryIp();
  }

  @Override
  void receive(TcpPacket packet) {
    client.receive(packet);
  }

  private void ask(int attempt) {
    HostPort place = token.endpoints().get(attempt % token.endpoints().size());
    Endpoint endpoint = WantedPeers.literal(place).orElseThrow();
    device.configure(
        PeerSettings.of(token.leaderPublicKey(), Cidr.host(token.leaderIp()))
            .withPresharedKey(token.presharedKey())
            .withEndpoint(endpoint));
    ApiRequest request = redemption.request(host.wallMillis());
    client.send(request, ANSWER, response -> received(attempt, request, response));
  }

  private void received(int attempt, ApiRequest request, Optional<ApiResponse> response) {
    Optional<Adoption> adopted = Optional.empty();
    try {
      adopted = response.map(one -> redemption.received(request, one, host.wallMillis()));
    } catch (UnprovenAnswerException e) {
      // Asked again below.
    } catch (RefusedTokenException e) {
      host.joinRefusedByLeader(e.getMessage());
      return;
    }
    if (adopted.isPresent()) {
      enrolled(adopted.get());
    } else if (attempt + 1 < token.endpoints().size() || world.nanos() < deadlineNanos) {
      ask(attempt + 1);
    } else {
      host.joinUnanswered();
    }
  }

  private void enrolled(Adoption adopted) {
    NodeConfig config = new NodeConfig("zl-overlay0", Host.PORT, privateKey, host.wall());
    host.disk.save(
        new NodeState(config, adopted.mesh(), host.declared(), Map.of())
            .withFollowed(adopted.map()));
    host.joined();
  }
}
