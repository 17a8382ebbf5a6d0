package dev.zlayer.cli;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "keygen",
    description = "Make a key pair, or a preshared key: for peers that are not ours to set up.")
final class KeygenCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(names = "--preshared", description = "Make a preshared key.")
  boolean preshared;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the secret to a new file of mode 0600 instead of printing it.")
  Optional<Path> file;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    SecureRandom random = new SecureRandom();
    if (preshared) {
      keep(PresharedKey.generate(random::nextBytes).toBase64(), "preshared key  ", out);
      return 0;
    }
    PrivateKey key = PrivateKey.generate(random::nextBytes);
    keep(key.toBase64(), "private key  ", out);
    out.println("public key   " + Crypto.system().publicKey(key));
    return 0;
  }

  private void keep(String secret, String label, PrintWriter out) {
    file.ifPresentOrElse(
        path -> {
          KeyFile.write(path, secret);
          out.println(label + "in " + path);
        },
        () -> out.println(label + secret));
  }
}
