package dev.zlayer.device;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.linux.NativeException;
import dev.zlayer.wireguard.PeerSettings;
import dev.zlayer.wireguard.PeerStatus;
import java.io.IOException;
import java.net.BindException;
import java.util.Optional;

/** Carries out requests of the userspace interface on a device. Thread safe. */
final class UapiService {
  private final Device device;

  UapiService(Device device) {
    this.device = device;
  }

  /** The index of an interface that a request names, or 0. */
  int interfaceIndex(String name) {
    return device.interfaceIndex(name);
  }

  /**
   * Carries out a request.
   *
   * @return the lines of the answer, without {@code errno}
   * @throws UapiRefusal if a change can't be made; those before it were made
   */
  String answer(UapiRequest request) throws UapiRefusal {
    return switch (request) {
      case UapiRequest.Get() -> UapiReport.of(device.status(), device.privateKey());
      case UapiRequest.Set set -> {
        change(set);
        yield "";
      }
    };
  }

  private void change(UapiRequest.Set set) throws UapiRefusal {
    try {
      device.together(() -> {
        for (UapiChange change : set.changes()) {
          make(change);
        }
      });
    } catch (IOException e) {
      throw new UapiRefusal(errno(e), e.getMessage());
    }
  }

  private void make(UapiChange change) throws IOException {
    switch (change) {
      case UapiChange.OwnKey(var key) ->
          key.ifPresentOrElse(device::replacePrivateKey, device::removePrivateKey);
      case UapiChange.ListenPort(int port) -> device.listenPort(port);
      case UapiChange.FwMark(int mark) -> device.fwMark(mark);
      case UapiChange.RemoveAllPeers() ->
          device.peers().forEach(peer -> device.remove(peer.settings().publicKey()));
      case UapiChange.RemovePeer(PublicKey key) -> device.remove(key);
      case UapiChange.ChangePeer peer -> change(peer);
    }
  }

  private void change(UapiChange.ChangePeer change) {
    Optional<PeerSettings> present = device.peer(change.key()).map(PeerStatus::settings);
    boolean isOurselves = device.publicKey().equals(Optional.of(change.key()));
    if (isOurselves || (change.updateOnly() && present.isEmpty())) {
      return;
    }
    PeerSettings former = present.orElseGet(() -> PeerSettings.of(change.key()));
    // Without an endpoint of its own the change leaves the one that the peer was last heard from.
    device.configure(
        new PeerSettings(
            change.key(),
            change.presharedKey().orElse(former.presharedKey()),
            change.endpoint(),
            change.persistentKeepaliveSeconds().orElse(former.persistentKeepaliveSeconds()),
            change.allowedIps(former.allowedIps()),
            former.confinement()));
  }

  private static int errno(IOException e) {
    return switch (e) {
      case NativeException refused -> refused.errno();
      case BindException _ -> UapiRefusal.EADDRINUSE;
      default -> UapiRefusal.EIO;
    };
  }
}
