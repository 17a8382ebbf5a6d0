package dev.zlayer.overlay.enrolment;

import dev.zlayer.crypto.Blake2s;
import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a joiner needs to reach the leader once: a temporary WireGuard identity and where the leader
 * is. As text it is one line, {@code zlt1_} and letters, digits, '-' and '_', with its own length
 * and checksum inside, so that a cut or altered paste is recognised before a packet is sent.
 *
 * <p>It is a secret as a whole: {@link #encode} is the only way to see it.
 *
 * @param cidr the overlay's network
 * @param cidrV6 the IPv6 network beside an IPv4 one, where the overlay has both
 * @param leaderPublicKey the leader's WireGuard key
 * @param leaderIp the leader's address in the overlay
 * @param endpoints where the leader is reached, the best first: 1 to {@value #MAX_ENDPOINTS}
 * @param privateKey the temporary identity
 * @param presharedKey between that and the leader
 * @param temporaryIp the address that the temporary identity has meanwhile
 * @param expiresAt when the leader takes it no more, in whole seconds
 */
public record InviteToken(
    Cidr cidr,
    Optional<Cidr> cidrV6,
    PublicKey leaderPublicKey,
    InetAddress leaderIp,
    List<HostPort> endpoints,
    PrivateKey privateKey,
    PresharedKey presharedKey,
    InetAddress temporaryIp,
    Instant expiresAt) {
  /** How a token begins; the digit is the version of what follows. */
  public static final String PREFIX = "zlt1_";

  public static final int MAX_ENDPOINTS = 4;

  private static final int MAX_ENDPOINT_BYTES = 255;
  private static final int LENGTH_BYTES = 2;
  private static final int CHECKSUM_BYTES = 8;
  private static final int MAX_BYTES = 2048;

  public InviteToken {
    Objects.requireNonNull(cidr);
    Objects.requireNonNull(cidrV6);
    Objects.requireNonNull(leaderPublicKey);
    Objects.requireNonNull(leaderIp);
    endpoints = List.copyOf(endpoints);
    Objects.requireNonNull(privateKey);
    Objects.requireNonNull(presharedKey);
    Objects.requireNonNull(temporaryIp);
    expiresAt = Instant.ofEpochSecond(expiresAt.getEpochSecond());
    if (endpoints.isEmpty() || endpoints.size() > MAX_ENDPOINTS) {
      throw new IllegalArgumentException(
          endpoints.size() + " endpoints of the leader are not 1 to " + MAX_ENDPOINTS);
    }
    for (HostPort endpoint : endpoints) {
      if (endpoint.toString().length() > MAX_ENDPOINT_BYTES) {
        throw new IllegalArgumentException(
            "endpoint %s is longer than %d characters".formatted(endpoint, MAX_ENDPOINT_BYTES));
      }
    }
    if (!cidr.contains(leaderIp) || !cidr.contains(temporaryIp)) {
      throw new IllegalArgumentException("an address of the token is outside of " + cidr);
    }
  }

  /** The token as text, which can't be erased: for the operator's eyes and nobody else's. */
  public String encode() {
    byte[] body = TokenBytes.write(this);
    byte[] whole = new byte[LENGTH_BYTES + body.length + CHECKSUM_BYTES];
    whole[0] = (byte) (whole.length >> 8);
    whole[1] = (byte) whole.length;
    System.arraycopy(body, 0, whole, LENGTH_BYTES, body.length);
    System.arraycopy(checksum(whole), 0, whole, whole.length - CHECKSUM_BYTES, CHECKSUM_BYTES);
    String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    Arrays.fill(body, (byte) 0);
    Arrays.fill(whole, (byte) 0);
    return text;
  }

  /**
   * Reads what {@link #encode} wrote; blanks and line breaks around it don't matter.
   *
   * @throws IllegalArgumentException saying what is wrong with it, cut, altered or of another
   *     version, and never quoting it
   */
  public static InviteToken parse(String text) {
    String token = text.strip();
    if (!token.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          token.startsWith("zlt")
              ? "the token is of another version of this program: it doesn't begin with " + PREFIX
              : "this is no token: it doesn't begin with " + PREFIX);
    }
    byte[] whole = decode(token.substring(PREFIX.length()));
    try {
      requireWhole(whole);
      byte[] body = Arrays.copyOfRange(whole, LENGTH_BYTES, whole.length - CHECKSUM_BYTES);
      try {
        return TokenBytes.read(body);
      } finally {
        Arrays.fill(body, (byte) 0);
      }
    } finally {
      Arrays.fill(whole, (byte) 0);
    }
  }

  private static byte[] decode(String digits) {
    if (digits.length() > MAX_BYTES * 4 / 3) {
      throw new IllegalArgumentException("the token is too long: something is pasted behind it");
    }
    // A cut may leave a last character that stands for less than a byte.
    String whole = digits.length() % 4 == 1 ? digits.substring(0, digits.length() - 1) : digits;
    try {
      return Base64.getUrlDecoder().decode(whole);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the token is altered: it has characters that no token has", e);
    }
  }

  private static void requireWhole(byte[] whole) {
    int length =
        whole.length < LENGTH_BYTES
            ? MAX_BYTES
            : Short.toUnsignedInt(ByteBuffer.wrap(whole).getShort());
    if (length > MAX_BYTES || length < LENGTH_BYTES + CHECKSUM_BYTES) {
      throw new IllegalArgumentException(
          whole.length < LENGTH_BYTES
              ? "the token is cut: almost nothing of it is there"
              : "the token is altered: its length is none");
    }
    if (whole.length != length) {
      throw new IllegalArgumentException(
          whole.length < length
              ? "the token is cut: %d of %d bytes are there".formatted(whole.length, length)
              : "the token is too long: something is pasted behind it");
    }
    byte[] found = Arrays.copyOfRange(whole, length - CHECKSUM_BYTES, length);
    if (!Arrays.equals(checksum(whole), found)) {
      throw new IllegalArgumentException("the token is altered: its checksum is wrong");
    }
  }

  /** Of everything but the checksum. */
  private static byte[] checksum(byte[] whole) {
    byte[] hash = Blake2s.hash(Arrays.copyOf(whole, whole.length - CHECKSUM_BYTES));
    return Arrays.copyOf(hash, CHECKSUM_BYTES);
  }

  /** Nothing secret: whose token it is, and until when. */
  @Override
  public String toString() {
    return "InviteToken[leader=" + leaderPublicKey + ", expiresAt=" + expiresAt + "]";
  }
}
