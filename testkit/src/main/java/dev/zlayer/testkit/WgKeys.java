package dev.zlayer.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keys made by {@code wg}, in base64: a source that shares no code with ours.
 *
 * @param privateKey kept out of {@link #toString()}
 */
public record WgKeys(String privateKey, String publicKey) {

  /** A new pair. */
  public static WgKeys generate() {
    Tools.require("wg", "wireguard-tools");
    String privateKey = Command.of("wg", "genkey").output().strip();
    String publicKey = Command.of("wg", "pubkey").input(privateKey).output().strip();
    return new WgKeys(privateKey, publicKey);
  }

  /** A new preshared key. */
  public static String presharedKey() {
    Tools.require("wg", "wireguard-tools");
    return Command.of("wg", "genpsk").output().strip();
  }

  /** Writes a key to a file, since arguments are there for all to see; it ends with the JVM. */
  public static Path file(String key) {
    try {
      Path file = Files.createTempFile("zlayer-key", "");
      file.toFile().deleteOnExit();
      return Files.writeString(file, key);
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary file for a key", e);
    }
  }

  @Override
  public String toString() {
    return "WgKeys[publicKey=" + publicKey + "]";
  }
}
