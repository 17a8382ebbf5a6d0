package dev.zlayer.overlay.state;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.enrolment.InviteToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The key of a node that is about to become a member, on the disk before the leader hears of it: an
 * attempt that is cut is taken up again with the same key, which the leader may have taken in
 * already. {@code overlay_enrolment.json}, mode 0600, as long as the enrolment isn't done.
 *
 * @param invite the public key of the token's temporary identity
 */
public record PendingEnrolment(PublicKey invite, PrivateKey privateKey) {
  /**
   * The enrolment by this token that was begun, or a new one, which is on the disk on return.
   *
   * @param fresh makes a key
   * @throws StateFileException if it can't be read or written
   */
  public static PendingEnrolment of(
      DataDirectory directory, InviteToken token, Supplier<PrivateKey> fresh) {
    Optional<PendingEnrolment> begun = read(directory);
    PublicKey invite = publicKey(token);
    if (begun.isPresent() && begun.get().invite().equals(invite)) {
      return begun.get();
    }
    PendingEnrolment pending = new PendingEnrolment(invite, fresh.get());
    pending.write(directory);
    return pending;
  }

  /** Whether a node was set up here by this token already. */
  public static boolean isDone(DataDirectory directory, InviteToken token) {
    return StateFile.exists(directory)
        && StateFile.load(directory).state().enrolledBy().equals(Optional.of(publicKey(token)));
  }

  /** The enrolment is done, or refused for good. */
  public static void remove(DataDirectory directory) {
    try {
      Files.deleteIfExists(directory.enrolmentFile());
    } catch (IOException e) {
      throw new StateFileException(
          directory.enrolmentFile(),
          "can't be removed (" + IoReason.of(e) + ")",
          "remove it by hand");
    }
  }

  private static PublicKey publicKey(InviteToken token) {
    return Crypto.system().publicKey(token.privateKey());
  }

  private void write(DataDirectory directory) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("invite", invite.toBase64());
    json.put("private_key", privateKey.toBase64());
    try {
      AtomicFile.replace(directory.enrolmentFile(), JsonText.compactBytes(json));
    } catch (IOException e) {
      throw new StateFileException(
          directory.enrolmentFile(),
          "can't be written (" + IoReason.of(e) + ")",
          "see that its directory is writable and has room");
    }
  }

  private static Optional<PendingEnrolment> read(DataDirectory directory) {
    Path file = directory.enrolmentFile();
    try {
      JsonFields fields = JsonFields.of("", JsonText.parse(Files.readAllBytes(file)));
      return Optional.of(
          new PendingEnrolment(
              fields.value("invite", PublicKey::parse),
              fields.value("private_key", PrivateKey::parse)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StateFileException(
          file, "can't be read (" + IoReason.of(e) + ")", "see who owns it and what it is");
    } catch (JacksonException | IllegalArgumentException e) {
      throw new StateFileException(
          file, "is damaged", "remove it; a token that was used then needs a successor");
    }
  }
}
