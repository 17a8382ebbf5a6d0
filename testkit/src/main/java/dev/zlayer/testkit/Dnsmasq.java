package dev.zlayer.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Debian's {@code dnsmasq} in a namespace: a name server that knows one name and asks nobody. */
public final class Dnsmasq {
  public static final String NAME = "www.example.org";
  public static final String ADDRESS = "192.0.2.80";

  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  private Dnsmasq() {}

  /** Serves {@link #NAME}; nothing else is below {@code example.org}. Returns once it does. */
  public static RunningCommand start(Netns namespace, String... options) {
    Tools.require("dnsmasq", "dnsmasq-base");
    List<String> line =
        new ArrayList<>(
            List.of(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--user=root",
                "--pid-file=",
                "--log-facility=-",
                "--local=/example.org/",
                "--host-record=" + NAME + "," + ADDRESS));
    line.addAll(List.of(options));
    RunningCommand process = namespace.start(line.toArray(String[]::new));
    process.awaitText("started", START_LIMIT);
    return process;
  }
}
