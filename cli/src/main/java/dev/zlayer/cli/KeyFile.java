package dev.zlayer.cli;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.state.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keys and tokens in files, so that they stand in no process list. */
final class KeyFile {
  private static final int MAX_BYTES = 1024;
  private static final int MAX_TOKEN_BYTES = 8192;
  private static final Path STANDARD_INPUT = Path.of("-");

  private KeyFile() {}

  /** The preshared key in {@code file}: 44 characters of base64, with white space around them. */
  static PresharedKey presharedKey(Path file) {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(MAX_BYTES + 1), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new OverlayException("key file '%s': %s".formatted(file, IoReason.of(e)), e);
    }
    if (text.length() > MAX_BYTES) {
      throw new OverlayException(
          "key file '%s' has more than %d bytes: that is no key".formatted(file, MAX_BYTES));
    }
    try {
      return PresharedKey.parse(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("key file '%s': %s".formatted(file, e.getMessage()), e);
    }
  }

  /** The token in {@code file}, or in what comes in where that is {@code -}. */
  static InviteToken token(Path file) {
    try (InputStream in = file.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(file)) {
      return InviteToken.parse(
          new String(in.readNBytes(MAX_TOKEN_BYTES), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new OverlayException("token file '%s': %s".formatted(file, IoReason.of(e)), e);
    }
  }

  /** Writes a new file of mode 0600. */
  static void write(Path file, String key) {
    try {
      OwnerOnlyFile.create(file);
      Files.writeString(file, key + "\n", StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new OverlayException(
          "key file '%s' can't be made: %s".formatted(file, IoReason.of(e)), e);
    }
  }
}
