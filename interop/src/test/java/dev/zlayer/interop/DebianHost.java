package dev.zlayer.interop;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A Debian system without any Java: this machine's own files below a layer that takes all that is
 * written, in mount and network namespaces of its own. Nothing of it is left when its network
 * namespace goes.
 */
final class DebianHost {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String MOUNTS =
      """
      set -e
      mount -t tmpfs none "$0"
      mkdir "$0/upper" "$0/work" "$0/root" "$0/empty"
      mount -t overlay overlay -o "lowerdir=/,upperdir=$0/upper,workdir=$0/work" "$0/root"
      cd "$0/root"
      mount -t proc proc proc
      mount --rbind /dev dev
      mount --rbind /sys sys
      mount -t tmpfs none run
      mount -t tmpfs none tmp
      ! [ -d usr/lib/jvm ] || mount --bind "$0/empty" usr/lib/jvm
      echo mounted
      exec chroot . sleep infinity
      """;

  private final Netns network;
  private final Path layers;
  private final RunningCommand holder;

  private DebianHost(Netns network, Path layers, RunningCommand holder) {
    this.network = network;
    this.layers = layers;
    this.holder = holder;
  }

  /**
   * A system on {@code network}.
   *
   * @param folder an empty one, which nobody else sees into
   */
  static DebianHost start(Netns network, Path folder) {
    Tools.require("unshare", "util-linux");
    RunningCommand holder =
        Command.of("unshare", "--mount", "sh", "-c", MOUNTS, folder.toString()).in(network).start();
    holder.awaitText("mounted", LIMIT);
    return new DebianHost(network, folder, holder);
  }

  Netns network() {
    return network;
  }

  /** A command as root in this system, with the environment of a login. */
  Command command(String... words) {
    List<String> line = new ArrayList<>(List.of("--root", "--wd"));
    line.addAll(List.of("env", "-i", "PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"));
    line.addAll(List.of("DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"));
    line.addAll(List.of(words));
    return inMounts(line);
  }

  /** Its output; a failure is the test's. */
  String output(String... words) {
    return command(words).output();
  }

  /** Unpacks packages that {@code run-tests} has fetched, without what their scripts do. */
  void unpack(String... packages) throws IOException {
    for (String name : packages) {
      Path deb = OwnFiles.deb(name);
      Files.copy(deb, file("/tmp/" + deb.getFileName()));
      output("dpkg-deb", "--extract", "/tmp/" + deb.getFileName(), "/tmp/unpacked");
    }
    output(
        "sh",
        "-euc",
        "cp -a /tmp/unpacked/usr/. /usr; ! [ -d /tmp/unpacked/lib ] || cp -a /tmp/unpacked/lib/. /usr/lib");
  }

  /** A file of this system, as we see it. */
  Path file(String absolute) {
    return Path.of("/proc", pid(), "root" + absolute);
  }

  /** What was written, removed or changed since the start and still is; folders left out. */
  List<String> changedFiles() {
    String find = "find " + layers.resolve("upper") + " ! -type d -printf /%P\\\\n";
    return inMounts(List.of("sh", "-c", find)).output().lines().sorted().toList();
  }

  private Command inMounts(List<String> words) {
    List<String> line = new ArrayList<>(List.of("nsenter", "--target", pid(), "--mount"));
    line.addAll(words);
    return Command.of(line.toArray(String[]::new)).in(network).within(LIMIT);
  }

  private String pid() {
    // `ip netns exec`, `unshare` and the shell become what they start.
    return Long.toString(holder.pid());
  }
}
