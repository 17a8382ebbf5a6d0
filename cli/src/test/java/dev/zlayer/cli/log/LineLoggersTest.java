package dev.zlayer.cli.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

class LineLoggersTest {
  private final LineLoggers loggers =
      new LineLoggers(
          new LineOutput(
              new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
              LineFormat.PLAIN),
          Threshold.INFO);

  @Test
  void aLoggerIsOne() {
    assertSame(loggers.getLogger("a.B"), loggers.getLogger("a.B"));
  }

  @ParameterizedTest
  @EnumSource(Threshold.class)
  void aThresholdAdmitsItselfAndWhatIsMoreSevere(Threshold threshold) {
    LineLogger logger = loggers.getLogger("a");
    loggers.set("ROOT", threshold.word());
    for (Level level : Level.values()) {
      boolean expected =
          threshold != Threshold.OFF && level.toInt() >= Level.valueOf(threshold.name()).toInt();
      assertEquals(expected, logger.isEnabledForLevel(level), level + " at " + threshold);
    }
  }

  @Test
  void theClosestSettingHoldsForALogger() {
    LineLogger inside = loggers.getLogger("a.b.C");
    LineLogger beside = loggers.getLogger("a.bc.D");
    loggers.set("a", "warn");
    loggers.set("a.b", "trace");
    assertTrue(inside.isTraceEnabled());
    assertFalse(beside.isInfoEnabled());
    assertTrue(loggers.getLogger("x").isInfoEnabled());
    loggers.set("a.b.C", "off");
    assertFalse(inside.isErrorEnabled());
  }

  @Test
  void aSettingAwaitsItsLogger() {
    loggers.set("a", "debug");
    assertTrue(loggers.getLogger("a.b").isDebugEnabled());
  }

  @Test
  void levelsAreThoseOfRootLoggersAndSettings() {
    loggers.getLogger("b.C");
    loggers.set("B", "off");
    loggers.set("b", "debug");
    assertEquals(
        List.of("ROOT=info", "B=off", "b=debug", "b.C=debug"),
        loggers.levels().entrySet().stream().map(Object::toString).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a..b", ".a", "a.", "a b", "a\nb", "="})
  void whatIsNoLoggerIsRefused(String logger) {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> loggers.set(logger, "info"))
            .getMessage()
            .contains("is not the name of a logger"));
  }

  @Test
  void whatIsNoLevelIsRefusedByNamingThem() {
    assertEquals(
        "'loud' is not a level: trace, debug, info, warn, error, off",
        assertThrows(IllegalArgumentException.class, () -> loggers.set("a", "loud")).getMessage());
  }

  @Test
  void settingsAreBounded() {
    for (int i = 1; i < 100; i++) {
      loggers.set("a" + i, "info");
    }
    loggers.set("a1", "debug");
    assertThrows(IllegalArgumentException.class, () -> loggers.set("a100", "info"));
  }

  @Test
  void aSettingIsReadAsItIsWritten() {
    assertEquals(new LevelSetting("ROOT", Threshold.DEBUG), LevelSetting.parse("Debug"));
    LevelSetting setting = new LevelSetting("a.b$C", Threshold.OFF);
    assertEquals(setting, LevelSetting.parse(setting.toString()));
  }
}
