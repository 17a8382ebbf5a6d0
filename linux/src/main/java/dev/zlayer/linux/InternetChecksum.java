package dev.zlayer.linux;

/** The checksum of IP, ICMP, TCP and UDP: RFC 1071. */
final class InternetChecksum {
  private InternetChecksum() {}

  /** The checksum of {@code bytes}, 0 to 65535; an odd last byte counts as if a 0 followed. */
  static int of(byte[] bytes) {
    long sum = 0;
    for (int i = 0; i < bytes.length; i++) {
      sum += i % 2 == 0 ? (bytes[i] & 0xff) << 8 : bytes[i] & 0xff;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) ~sum & 0xffff;
  }
}
