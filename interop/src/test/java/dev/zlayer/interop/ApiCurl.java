package dev.zlayer.interop;

import dev.zlayer.overlay.api.ApiRequest;
import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks a control API with curl, from a process on some host.
 *
 * @param url of the API, without a path
 * @param prefix the words before curl's own, such as those of {@code setpriv}
 */
record ApiCurl(Netns host, String url, List<String> prefix) {
  private static final List<String> NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** An answer; status 0 where there is none. */
  record Reply(int status, String body) {}

  /** The API of {@code leader}, asked from {@code host} by root. */
  static ApiCurl on(Netns host, Node leader) {
    Tools.require("curl", "curl");
    return new ApiCurl(host, "http://" + leader.overlayIp() + ":51821", List.of());
  }

  /** The same, asked by a process without any privilege. */
  ApiCurl asNobody() {
    return new ApiCurl(host, url, NOBODY);
  }

  /** Sends what {@code request} is, with further options of curl. */
  Reply send(ApiRequest request, String... options) {
    List<String> words = new ArrayList<>(List.of("--data-binary", "@-"));
    words.addAll(headers(request));
    words.addAll(List.of(options));
    words.add(url + request.target());
    return reply(command(words).input(new String(request.body(), StandardCharsets.UTF_8)));
  }

  /** Sends a POST that proves nothing. */
  Reply post(String target, String... options) {
    List<String> words = new ArrayList<>(List.of("-XPOST"));
    words.addAll(List.of(options));
    words.add(url + target);
    return reply(command(words));
  }

  /** Sends the head of {@code request} so many times at once; prints the statuses. */
  RunningCommand flood(ApiRequest request, int times) {
    List<String> words = new ArrayList<>(List.of("-XPOST", "-Z", "--parallel-max", "20"));
    words.addAll(List.of("-o", "/dev/null"));
    words.addAll(headers(request));
    words.add(url + request.target() + "?[1-" + times + "]");
    return command(words).start();
  }

  private Command command(List<String> words) {
    List<String> line = new ArrayList<>(prefix);
    line.addAll(List.of("curl", "-s", "--max-time", "120", "-w", "\\n%{http_code}"));
    line.addAll(words);
    return Command.of(line.toArray(String[]::new)).in(host).within(LIMIT);
  }

  private static List<String> headers(ApiRequest request) {
    List<String> words = new ArrayList<>();
    request.headers().forEach((name, value) -> words.addAll(List.of("-H", name + ": " + value)));
    return words;
  }

  private static Reply reply(Command curl) {
    String output = curl.run().output();
    int end = output.lastIndexOf('\n');
    return new Reply(Integer.parseInt(output.substring(end + 1)), output.substring(0, end));
  }
}
