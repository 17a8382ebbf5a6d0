package dev.zlayer.overlay;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A node as it is set up, running or not.
 *
 * @param isLeader whether it leases addresses
 * @param endpoint how others reach it, where its operator said so
 * @param port the UDP port that it listens on
 */
public record NodeDescription(
    boolean isLeader,
    PublicKey publicKey,
    InetAddress nodeIp,
    Cidr cidr,
    String interfaceName,
    int port,
    Optional<HostPort> endpoint,
    Path dataDirectory) {}
