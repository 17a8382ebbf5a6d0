package dev.zlayer.device;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.wireguard.DropReason;
import dev.zlayer.wireguard.PeerStatus;
import java.util.List;
import java.util.Map;

/**
 * A device as it is now.
 *
 * @param crypto which implementation of the primitives runs
 * @param drops packets that went no further, over all peers and strangers
 */
public record DeviceStatus(
    String interfaceName,
    PublicKey publicKey,
    int listenPort,
    int mtu,
    String crypto,
    List<PeerStatus> peers,
    Map<DropReason, Long> drops) {}
