package dev.zlayer.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Consumer;
import picocli.CommandLine.Help.Ansi;

/** Shows something anew every second until the command is ended; in place, on a terminal. */
final class LiveView {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

  private LiveView() {}

  static void show(PrintWriter out, Consumer<PrintWriter> view) throws InterruptedException {
    boolean terminal = Ansi.AUTO.enabled();
    while (!out.checkError()) {
      if (terminal) {
        out.print(CLEAR_SCREEN);
      }
      view.accept(out);
      if (!terminal) {
        out.println();
      }
      out.flush();
      Thread.sleep(INTERVAL);
    }
  }
}
