package dev.zlayer.cli;

import dev.zlayer.cli.log.LevelSetting;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.LogLevels;
import dev.zlayer.overlay.control.LogLevelsJson;
import dev.zlayer.overlay.control.NodeJson;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "log",
    description = "Show and change what this node logs while it runs.",
    subcommands = LogCommand.LevelCommand.class)
final class LogCommand extends CommandGroup {
  @Command(
      name = "level",
      description = {
        "Set from which level on loggers write, until the node ends; show what they all write.",
        "'up --log-level' does the same from the start on."
      })
  static final class LevelCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin DataDirectoryOption dataDirectory;
    @Mixin JsonOption json;

    @Parameters(
        arity = "0..*",
        paramLabel = "[LOGGER=]LEVEL",
        description =
            "Of one logger and those below it, or of all (ROOT): trace, debug, info, warn, error"
                + " or off.")
    List<String> settings = List.of();

    @Override
    public Integer call() {
      List<LevelSetting> wanted = settings.stream().map(LevelSetting::parse).toList();
      PrintWriter out = spec.commandLine().getOut();
      try (Administration node = Administration.ofRunning(dataDirectory.path)) {
        LogLevels levels = node.logLevels();
        wanted.forEach(setting -> levels.set(setting.logger(), setting.threshold().word()));
        Map<String, String> now = levels.levels();
        if (json.isSet) {
          out.println(NodeJson.text(LogLevelsJson.of(now)));
        } else {
          Table table = new Table("LOGGER", "LEVEL");
          now.forEach(table::row);
          table.print(out);
        }
      }
      return 0;
    }
  }
}
