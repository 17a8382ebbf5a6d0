package dev.zlayer.overlay.dns;

import java.util.Arrays;

/** What an answer says of its question, by its response code (RFC 1035, 4.1.1). */
public enum DnsResult {
  NOERROR(0),
  FORMERR(1),
  SERVFAIL(2),
  NXDOMAIN(3),
  NOTIMP(4),
  REFUSED(5),
  /** One that we don't give and others seldom do. */
  OTHER(-1);

  private static final int CODE_OCTET = 3;
  private static final int CODE_BITS = 0xF;

  private final int code;

  DnsResult(int code) {
    this.code = code;
  }

  /** Of an answer, which is a whole message. */
  static DnsResult of(byte[] answer) {
    int code = answer[CODE_OCTET] & CODE_BITS;
    return Arrays.stream(values()).filter(result -> result.code == code).findFirst().orElse(OTHER);
  }
}
