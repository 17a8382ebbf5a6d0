package dev.zlayer.cli.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class LineLoggerTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @Test
  void writesTimeLevelAndText() {
    logger(Level.INFO.toInt()).info("peer {} is {}", "b", "UP");
    String line = written();
    assertTrue(
        line.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO peer b is UP\\R"),
        line);
  }

  @Test
  void leavesOutWhatIsLessSevere() {
    LineLogger logger = logger(Level.WARN.toInt());
    logger.info("no");
    assertEquals("", written());
    logger.warn("yes");
    assertTrue(written().endsWith("WARN yes" + System.lineSeparator()), written());
  }

  @Test
  void writesNothingWhereLoggingIsOff() {
    logger(Integer.MAX_VALUE).error("no");
    assertEquals("", written());
  }

  @Test
  void putsTheStackTraceBelow() {
    logger(Level.INFO.toInt()).error("{} failed", "it", new IllegalStateException("why"));
    List<String> lines = written().lines().toList();
    assertTrue(lines.get(0).endsWith(" ERROR it failed"), lines.get(0));
    assertEquals("java.lang.IllegalStateException: why", lines.get(1));
    assertTrue(lines.get(2).startsWith("\tat "), lines.get(2));
  }

  @Test
  void isWhatTheCommandLogsBy() {
    assertInstanceOf(LineLogger.class, LoggerFactory.getLogger("any"));
  }

  private LineLogger logger(int leastSevere) {
    return new LineLogger(new PrintStream(written, true, StandardCharsets.UTF_8), leastSevere);
  }

  private String written() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
