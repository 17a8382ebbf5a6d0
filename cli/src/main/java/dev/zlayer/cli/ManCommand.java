package dev.zlayer.cli;

import dev.zlayer.cli.help.CommandPage;
import dev.zlayer.cli.help.ManPage;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.state.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "man",
    description = "Write the manual pages, one for each command, for a package to install.",
    hidden = true)
final class ManCommand implements Callable<Integer> {
  /** What makes the same of the same sources: see reproducible-builds.org. */
  private static final String BUILD_TIME = "SOURCE_DATE_EPOCH";

  @Parameters(paramLabel = "DIR", description = "Where they go; made where it is missing.")
  Path directory;

  @Override
  public Integer call() {
    CommandLine all = Main.commandLine(List.of(Subcommand.values()));
    LocalDate date = LocalDate.ofInstant(buildTime(), ZoneOffset.UTC);
    try {
      Files.createDirectories(directory);
      for (CommandPage page : CommandPage.all(all)) {
        ManPage manual = new ManPage(page, date);
        Files.writeString(directory.resolve(manual.fileName()), manual.text());
      }
    } catch (IOException e) {
      throw new OverlayException("can't write to " + directory + ": " + IoReason.of(e), e);
    }
    return 0;
  }

  private static Instant buildTime() {
    return Optional.ofNullable(System.getenv(BUILD_TIME))
        .map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds)))
        .orElseGet(Instant::now);
  }
}
