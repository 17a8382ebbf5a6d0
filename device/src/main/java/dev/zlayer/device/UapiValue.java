package dev.zlayer.device;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.wireguard.Cidr;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The values of the userspace interface. Each method throws {@link UapiRefusal} for what it doesn't
 * understand, with the key and the rule, and without a cause: that would quote the value.
 */
final class UapiValue {
  private static final int MAX_DIGITS = 10;
  private static final PrivateKey NO_KEY = PrivateKey.of(new byte[PrivateKey.BYTES]);
  private static final String KEY_RULE = "64 hexadecimal digits";

  private UapiValue() {}

  static void require(String key, String value, String only) throws UapiRefusal {
    if (!value.equals(only)) {
      throw malformed(key, only);
    }
  }

  /** A key; empty for zeros, which take the present one away. */
  static Optional<PrivateKey> privateKey(String key, String value) throws UapiRefusal {
    PrivateKey parsed = parse(PrivateKey::parseHex, key, value, KEY_RULE);
    return parsed.equals(NO_KEY) ? Optional.empty() : Optional.of(parsed);
  }

  static PublicKey publicKey(String key, String value) throws UapiRefusal {
    return parse(PublicKey::parseHex, key, value, KEY_RULE);
  }

  /** A key; zeros are {@link PresharedKey#NONE}. */
  static PresharedKey presharedKey(String key, String value) throws UapiRefusal {
    return parse(PresharedKey::parseHex, key, value, KEY_RULE);
  }

  static Endpoint endpoint(String key, String value, ToIntFunction<String> interfaceIndex)
      throws UapiRefusal {
    return parse(
        text -> Endpoint.parse(text, interfaceIndex), key, value, "IPV4:PORT or [IPV6]:PORT");
  }

  /** A prefix to add or, behind a minus sign, to take away; host bits don't matter. */
  static UapiChange.AllowedIp allowedIp(String key, String value) throws UapiRefusal {
    boolean isRemoved = value.startsWith("-");
    String prefix = isRemoved ? value.substring(1) : value;
    return new UapiChange.AllowedIp(
        parse(Cidr::parseEnclosing, key, prefix, "an address and its prefix length"), isRemoved);
  }

  /** 0 to 65535. */
  static int unsignedShort(String key, String value) throws UapiRefusal {
    return (int) number(key, value, 0xffff);
  }

  /** 0 to 2^32 - 1. */
  static int unsignedInt(String key, String value) throws UapiRefusal {
    return (int) number(key, value, 0xffff_ffffL);
  }

  private static long number(String key, String value, long max) throws UapiRefusal {
    boolean decimal = value.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    if (decimal && !value.isEmpty() && value.length() <= MAX_DIGITS) {
      long number = Long.parseLong(value);
      if (number <= max) {
        return number;
      }
    }
    throw malformed(key, "a number from 0 to " + max);
  }

  private static <T> T parse(Function<String, T> parser, String key, String value, String rule)
      throws UapiRefusal {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      throw malformed(key, rule);
    }
  }

  private static UapiRefusal malformed(String key, String rule) {
    return UapiRefusal.malformed(key + " takes " + rule);
  }
}
