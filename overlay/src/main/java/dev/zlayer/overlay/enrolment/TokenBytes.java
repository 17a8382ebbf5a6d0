package dev.zlayer.overlay.enrolment;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A token's content as bytes: fixed fields in order, what varies in length behind its length.
 *
 * <pre>
 *   8 expiry, seconds   32 leader's key   32 temporary private key   32 preshared key
 *   network: 1 prefix length, 1 address length, address
 *   leader's address, temporary address: as long as the network's
 *   IPv6 network: 1 prefix length (255: none), 16 address
 *   1 count of endpoints, each: 1 length, text
 * </pre>
 */
final class TokenBytes {
  private static final int MAX_BYTES = 2048;
  private static final int NONE = 255;
  private static final int IPV6_BYTES = 16;

  private TokenBytes() {}

  static byte[] write(InviteToken token) {
    ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
    out.putLong(token.expiresAt().getEpochSecond());
    out.put(token.leaderPublicKey().bytes());
    putSecret(out, token.privateKey().bytes());
    putSecret(out, token.presharedKey().bytes());
    byte[] network = token.cidr().network().getAddress();
    out.put((byte) token.cidr().prefixLength()).put((byte) network.length).put(network);
    out.put(token.leaderIp().getAddress()).put(token.temporaryIp().getAddress());
    token
        .cidrV6()
        .ifPresentOrElse(
            ipv6 -> out.put((byte) ipv6.prefixLength()).put(ipv6.network().getAddress()),
            () -> out.put((byte) NONE));
    out.put((byte) token.endpoints().size());
    for (HostPort endpoint : token.endpoints()) {
      byte[] text = endpoint.toString().getBytes(StandardCharsets.US_ASCII);
      out.put((byte) text.length).put(text);
    }
    byte[] bytes = Arrays.copyOf(out.array(), out.position());
    Arrays.fill(out.array(), (byte) 0);
    return bytes;
  }

  /**
   * What {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it didn't
   */
  static InviteToken read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      Instant expiresAt = Instant.ofEpochSecond(in.getLong());
      PublicKey leader = PublicKey.of(take(in, PublicKey.BYTES));
      PrivateKey privateKey = secret(in, PrivateKey.BYTES, PrivateKey::of);
      PresharedKey presharedKey = secret(in, PresharedKey.BYTES, PresharedKey::of);
      int prefixLength = Byte.toUnsignedInt(in.get());
      int addressBytes = in.get() == 4 ? 4 : IPV6_BYTES;
      Cidr cidr = new Cidr(address(in, addressBytes), prefixLength);
      InetAddress leaderIp = address(in, addressBytes);
      InetAddress temporaryIp = address(in, addressBytes);
      int prefixLengthV6 = Byte.toUnsignedInt(in.get());
      Optional<Cidr> cidrV6 =
          prefixLengthV6 == NONE
              ? Optional.empty()
              : Optional.of(new Cidr(address(in, IPV6_BYTES), prefixLengthV6));
      List<HostPort> endpoints = new ArrayList<>();
      for (int left = Byte.toUnsignedInt(in.get()); left > 0; left--) {
        byte[] text = take(in, Byte.toUnsignedInt(in.get()));
        endpoints.add(HostPort.parse(new String(text, StandardCharsets.US_ASCII)));
      }
      if (in.hasRemaining()) {
        throw new IllegalArgumentException("the token has more than a token has");
      }
      return new InviteToken(
          cidr,
          cidrV6,
          leader,
          leaderIp,
          endpoints,
          privateKey,
          presharedKey,
          temporaryIp,
          expiresAt);
    } catch (BufferUnderflowException | DateTimeException e) {
      throw new IllegalArgumentException("the token has less than a token has", e);
    }
  }

  private static void putSecret(ByteBuffer out, byte[] copy) {
    out.put(copy);
    Arrays.fill(copy, (byte) 0);
  }

  private static <T> T secret(ByteBuffer in, int bytes, Function<byte[], T> key) {
    byte[] copy = take(in, bytes);
    T made = key.apply(copy);
    Arrays.fill(copy, (byte) 0);
    return made;
  }

  private static byte[] take(ByteBuffer in, int bytes) {
    byte[] taken = new byte[bytes];
    in.get(taken);
    return taken;
  }

  private static InetAddress address(ByteBuffer in, int bytes) {
    try {
      return InetAddress.getByAddress(take(in, bytes));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(bytes + " bytes are an address", e);
    }
  }
}
