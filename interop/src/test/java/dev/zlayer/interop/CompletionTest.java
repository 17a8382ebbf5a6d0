package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shells themselves complete what is typed after {@code zlayer-overlay}. */
class CompletionTest {
  /** Does what the shell does with COMP_WORDS; the last word is the one to be completed. */
  private static final String BASH =
      """
      source "$1"
      shift
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
      completer=$(complete -p zlayer-overlay)
      completer=${completer#*-F }
      "${completer%% *}" zlayer-overlay "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}" 2>/dev/null
      printf '%s\n' "${COMPREPLY[@]}"
      """;

  /** Types into a terminal, then Tab, then a key that writes down what the line has become. */
  private static final String ZSH =
      """
      zmodload zsh/zpty
      zpty shell 'PS1= zsh -f -i'
      zpty -w shell "autoload -U compinit; compinit -u -D; source $1
        show() { print -r -- \\"\\$BUFFER\\" >$3.part; mv $3.part $3 }
        zle -N show; bindkey '^X' show; print ready-\\$((1+1))"
      zpty -r shell line '*ready-2*'
      zpty -w -n shell "$2"$'\t\030'
      for (( i = 0; i < 200; i++ )); do
        zpty -r -t shell line
        [[ -e $3 ]] && break
        sleep 0.1
      done
      zpty -d shell
      cat $3
      """;

  @TempDir private static Path folder;

  @BeforeAll
  static void writeScripts() throws IOException {
    Tools.require("bash", "bash");
    Tools.require("zsh", "zsh");
    Tools.require("fish", "fish");
    for (String shell : List.of("bash", "zsh", "fish")) {
      Files.writeString(folder.resolve(shell), Command.zlayerOverlay("completion", shell).output());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "bash fish | pe | peer",
        "bash fish | ma | ",
        "bash fish | 'peer ' | add list remove",
        "bash fish | 'up --log-format ' | json plain",
        "bash fish | 'completion ' | bash fish zsh",
        "bash | up --log-f | --log-format",
        "bash | log level --d | --data-dir",
        "bash | 'invite ' | list revoke",
        "bash | join --map | --map-ttl",
        "fish | peer add --pre | --preshared-key-file",
        "fish | 'up --data-dir /et' | /etc/",
        "fish | log level --data-dir x --js | --json",
        "fish | up --no-dns-f | --no-dns-forwarding",
      })
  void completes(String shells, String typed, String expected) {
    for (String shell : List.of(shells.split(" "))) {
      String offered = shell.equals("bash") ? bash(typed) : fish(typed);
      assertEquals(sorted(expected), sorted(offered), shell);
    }
  }

  private static String bash(String typed) {
    return Command.of(words("bash", "-c", BASH, "bash", script("bash"), typed)).output();
  }

  /** Without descriptions. */
  private static String fish(String typed) {
    String line = "source " + script("fish") + "; complete -C 'zlayer-overlay " + bare(typed) + "'";
    return Command.of("fish", "--no-config", "-c", line).output().replaceAll("\t[^\n]*", "");
  }

  @Test
  void fishDescribesWhatItOffers() {
    String line = "source " + script("fish") + "; complete -C 'zlayer-overlay key'";
    assertEquals(
        List.of("key\tPrint this node's public key"),
        Command.of("fish", "--no-config", "-c", line)
            .output()
            .lines()
            .filter(offer -> offer.startsWith("key\t"))
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "stat | 'status '",
        "ma | 'ma'",
        "peer rem | 'peer remove '",
        "up --log-format=j | 'up --log-format=json '",
        "up --data-dir=/et | 'up --data-dir=/etc/'",
        "log level debug --j | 'log level debug --json '",
        "completion f | 'completion fish '",
      })
  void zshCompletes(String typed, String expected) throws IOException {
    Path shown = Files.createTempDirectory(folder, "shown").resolve("line");
    String line = "zlayer-overlay " + bare(typed);
    String completed =
        Command.of("zsh", "-f", "-c", ZSH, "zsh", script("zsh"), line, shown.toString()).output();
    assertEquals("zlayer-overlay " + bare(expected) + "\n", completed);
  }

  private static String script(String shell) {
    return folder.resolve(shell).toString();
  }

  /** Without the quotes that keep a blank at the end. */
  private static String bare(String text) {
    return text.replace("'", "");
  }

  private static String[] words(String... line) {
    String typed = "zlayer-overlay " + bare(line[line.length - 1]);
    List<String> words = new ArrayList<>(List.of(line).subList(0, line.length - 1));
    words.addAll(List.of(typed.split(" ", -1)));
    return words.toArray(String[]::new);
  }

  private static List<String> sorted(String offers) {
    return offers == null
        ? List.of()
        : List.of(offers.strip().split("\\s+")).stream()
            .filter(offer -> !offer.isEmpty())
            .sorted()
            .toList();
  }
}
