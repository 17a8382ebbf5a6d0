package dev.zlayer.interop;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A host whose {@code /etc}, {@code /usr} and {@code /run} are its own: what it writes there is
 * gone with it, and Debian's packages are there that would change the machine if they were
 * installed.
 */
final class OwnFiles {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** What {@code run-tests} has fetched. */
  private static final Path PACKAGES =
      Path.of(System.getProperty("zlayer.root"), "interop", "target", "debs").normalize();

  private static final String MOUNTS =
      """
      set -eu
      work=$1
      shift
      mount --make-rprivate /
      mount -t tmpfs none "$work"
      mkdir "$work/etc" "$work/etc.w" "$work/usr" "$work/usr.w" "$work/new" "$work/new/etc"
      mkdir -p "$work/new/usr/lib" "$work/new/usr/sbin"
      for deb; do
        dpkg-deb -x "$deb" "$work/new"
      done
      for folder in lib sbin; do
        if [ -d "$work/new/$folder" ]; then
          cp -a "$work/new/$folder/." "$work/new/usr/$folder"
        fi
      done
      for folder in etc usr; do
        mount -t overlay overlay "/$folder" -o \\
          "lowerdir=$work/new/$folder:/$folder,upperdir=$work/$folder,workdir=$work/$folder.w"
      done
      mount -t tmpfs none /run
      echo mounted
      exec sleep infinity
      """;

  private final Netns host;
  private final RunningCommand holder;

  private OwnFiles(Netns host, RunningCommand holder) {
    this.host = host;
    this.holder = holder;
  }

  /**
   * Gives them to {@code host}.
   *
   * @param work an empty folder
   * @param packages as if these were installed, without what their scripts do
   */
  static OwnFiles on(Netns host, Path work, String... packages) {
    List<String> words =
        Stream.concat(
                Stream.of("unshare", "--mount", "sh", "-c", MOUNTS, "sh", work.toString()),
                Arrays.stream(packages).map(name -> deb(name).toString()))
            .toList();
    RunningCommand holder = host.start(words.toArray(String[]::new));
    holder.awaitText("mounted", LIMIT);
    return new OwnFiles(host, holder);
  }

  /** The file of a package that {@code run-tests} has fetched. */
  static Path deb(String name) {
    try (Stream<Path> files = Files.isDirectory(PACKAGES) ? Files.list(PACKAGES) : Stream.of()) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(name + "_"))
          .findFirst()
          .orElseThrow(() ->
              new AssertionError(
                  "%s is missing: mkdir -p %s; cd %s; apt-get download %s"
                      .formatted(name, PACKAGES, PACKAGES, name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command on that host, with those files. */
  Command command(String... words) {
    List<String> line =
        Stream.concat(
                Stream.of("nsenter", "--target", Long.toString(holder.pid()), "--mount", "--"),
                Arrays.stream(words))
            .toList();
    return Command.of(line.toArray(String[]::new)).in(host);
  }

  /** Runs a script of the shell's. */
  String shell(String script) {
    return command("sh", "-euc", script).output();
  }

  /** A subcommand of ours for {@code node}, with those files. */
  Command zlayer(Node node, String... words) {
    String launcher =
        Path.of(System.getProperty("zlayer.root"), "zlayer-overlay")
            .toAbsolutePath()
            .normalize()
            .toString();
    return command(
            Stream.of(
                    Stream.of(launcher),
                    Arrays.stream(words),
                    Stream.of("--data-dir", node.dataDirectory().toString()))
                .flatMap(word -> word)
                .toArray(String[]::new))
        .within(Duration.ofMinutes(1));
  }
}
