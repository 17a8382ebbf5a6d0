package dev.zlayer.linux;

import java.nio.charset.StandardCharsets;

/** The kernel's rules for interface names. */
final class InterfaceName {
  private static final int MAX_BYTES = 15;

  private InterfaceName() {}

  /**
   * Returns {@code name} if the kernel takes it as it stands.
   *
   * @throws IllegalArgumentException naming the name and the rule it breaks
   */
  static String require(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw broken(name, "is not 1 to " + MAX_BYTES + " bytes long but " + bytes);
    }
    if (name.equals(".") || name.equals("..")) {
      throw broken(name, "is a directory's name");
    }
    // The kernel would put a number in place of "%d".
    if (name.chars().anyMatch(c -> c == '/' || c == ':' || c == '%')) {
      throw broken(name, "holds one of '/', ':', '%'");
    }
    if (name.codePoints().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
      throw broken(name, "holds white space or a control character");
    }
    return name;
  }

  private static IllegalArgumentException broken(String name, String rule) {
    return new IllegalArgumentException("interface name '" + name + "' " + rule);
  }
}
