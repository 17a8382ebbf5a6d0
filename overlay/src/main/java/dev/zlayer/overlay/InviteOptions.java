package dev.zlayer.overlay;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What an invite promises.
 *
 * @param name node id and host name of the member to be; empty for a node id by its address
 * @param ip its address; empty for the lowest one that is free then
 * @param expiresIn how long it can be redeemed: 1 s to 30 days
 */
public record InviteOptions(Optional<String> name, Optional<InetAddress> ip, Duration expiresIn) {
  public static final Duration DEFAULT_LIFE = Duration.ofHours(1);

  /** Any name, any address, an hour. */
  public static final InviteOptions DEFAULT =
      new InviteOptions(Optional.empty(), Optional.empty(), DEFAULT_LIFE);

  public InviteOptions {
    Objects.requireNonNull(name);
    Objects.requireNonNull(ip);
    if (expiresIn.compareTo(Duration.ofSeconds(1)) < 0
        || expiresIn.compareTo(Duration.ofDays(30)) > 0) {
      throw new IllegalArgumentException("an invite lives for 1 s to 30 days, not " + expiresIn);
    }
  }

  public InviteOptions withName(String value) {
    return new InviteOptions(Optional.of(value), ip, expiresIn);
  }

  public InviteOptions withIp(InetAddress value) {
    return new InviteOptions(name, Optional.of(value), expiresIn);
  }

  public InviteOptions withExpiry(Duration value) {
    return new InviteOptions(name, ip, value);
  }
}
