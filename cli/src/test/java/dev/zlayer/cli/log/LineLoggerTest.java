package dev.zlayer.cli.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LineLoggerTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @Test
  void writesTimeLevelAndText() {
    logger(LineFormat.PLAIN).info("peer {} is {}", "b", "UP");
    String line = written();
    assertTrue(
        line.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO peer b is UP\n"),
        line);
  }

  @Test
  void putsTheStackTraceBelow() {
    logger(LineFormat.PLAIN).error("{} failed", "it", new IllegalStateException("why"));
    List<String> lines = written().lines().toList();
    assertTrue(lines.get(0).endsWith(" ERROR it failed"), lines.get(0));
    assertEquals("java.lang.IllegalStateException: why", lines.get(1));
    assertTrue(lines.get(2).startsWith("\tat "), lines.get(2));
  }

  @Test
  void givesTheJournalThePriorityOfEachLineAndNoTime() {
    Logger logger = logger(LineFormat.JOURNAL);
    logger.debug("a");
    logger.info("b");
    logger.warn("c\nd");
    assertEquals("<7>a\n<6>b\n<4>c\n<4>d\n", written());
    written.reset();
    logger.error("e", new IllegalStateException("why"));
    List<String> lines = written().lines().toList();
    assertEquals(List.of("<3>e", "<3>java.lang.IllegalStateException: why"), lines.subList(0, 2));
    assertTrue(lines.stream().allMatch(line -> line.startsWith("<3>")), written());
  }

  @Test
  void writesJson() {
    Instant before = Instant.now().minusMillis(1);
    logger(LineFormat.JSON).warn("peer {}", "b", new IllegalStateException("why"));
    JsonNode json = json();
    Instant time = Instant.parse(json.get("time").asString());
    assertTrue(time.isAfter(before) && !time.isAfter(Instant.now()), written());
    assertEquals("WARN", json.get("level").asString());
    assertEquals("a.B", json.get("logger").asString());
    assertEquals(Thread.currentThread().getName(), json.get("thread").asString());
    assertEquals("peer b", json.get("message").asString());
    assertTrue(
        json.get("exception").asString().startsWith("java.lang.IllegalStateException: why\n\tat "),
        written());
  }

  @Test
  void jsonHasOnlyWhatThereIs() {
    logger(LineFormat.JSON).info("a");
    assertEquals(
        Set.of("time", "level", "logger", "thread", "message"),
        new HashSet<>(json().propertyNames()));
  }

  @Test
  void keyValuesKeepTheirKindInJson() {
    logger(LineFormat.JSON)
        .atInfo()
        .addKeyValue("bytes", 7L)
        .addKeyValue("up", true)
        .addKeyValue("peer", Path.of("b"))
        .addKeyValue("nobody", (Object) null)
        .log("seen {}", 1);
    assertEquals("seen 1", json().get("message").asString());
    assertEquals(
        "{\"bytes\":7,\"up\":true,\"peer\":\"b\",\"nobody\":null}",
        json().get("fields").toString());
  }

  @Test
  void whatACommandSaysIsAnEntryALine() {
    PrintWriter lines =
        new LineLoggers(
                new LineOutput(new PrintStream(written, true), LineFormat.JSON), Threshold.OFF)
            .lines(LineLoggerTest.class, Level.ERROR);
    lines.print("it ");
    assertEquals("", written());
    lines.println("failed");
    assertEquals("it failed", json().get("message").asString());
    assertEquals("ERROR", json().get("level").asString());
    assertEquals(LineLoggerTest.class.getName(), json().get("logger").asString());
    lines.print("a\nb\n");
    assertEquals(3, written().lines().count());
  }

  @Test
  void keyValuesFollowThePlainText() {
    logger(LineFormat.PLAIN).atInfo().addKeyValue("bytes", 7).log("seen");
    assertTrue(written().endsWith(" INFO seen bytes=7\n"), written());
  }

  @Test
  void jsonStaysOneLineWhateverIsInIt() {
    StringBuilder text = new StringBuilder("\"\\ü\u2028\ud83d\ude00");
    for (char c = 0; c < ' '; c++) {
      text.append(c);
    }
    logger(LineFormat.JSON).info(text.toString());
    assertEquals(1, written().lines().count(), written());
    assertEquals(text.toString(), json().get("message").asString());
  }

  @Test
  void halfOfACharacterDoesNotSpoilTheJson() {
    Logger logger = logger(LineFormat.JSON);
    for (String text : List.of("a\ud83d", "\ude00a", "\ud83d\ud83d", "\ude00\ud83d\"")) {
      written.reset();
      logger.info(text);
      assertEquals(
          text.replace('\ud83d', '?').replace('\ude00', '?'), json().get("message").asString());
    }
  }

  @Test
  void namesVirtualThreads() throws InterruptedException {
    Logger logger = logger(LineFormat.JSON);
    Thread thread = Thread.ofVirtual().start(() -> logger.info("a"));
    thread.join();
    assertEquals("thread " + thread.threadId(), json().get("thread").asString());
  }

  @ParameterizedTest
  @EnumSource
  void linesOfSeveralThreadsStayWhole(LineFormat format) throws InterruptedException {
    Logger logger = logger(format);
    int threads = 4;
    int lines = 50;
    // Longer than what a stream or its encoder passes on at once.
    String filler = "x".repeat(20_000);
    List<Thread> running =
        IntStream.range(0, threads)
            .mapToObj(i ->
                Thread.ofPlatform()
                    .start(() -> {
                      for (int line = 0; line < lines; line++) {
                        logger.info("[{}]", filler);
                      }
                    }))
            .toList();
    for (Thread thread : running) {
      thread.join();
    }
    List<String> whole = written().lines().toList();
    assertEquals(threads * lines, whole.size());
    assertTrue(whole.stream().allMatch(line -> line.contains("[" + filler + "]")));
  }

  @Test
  void isWhatTheCommandLogsBy() {
    assertInstanceOf(LineLogger.class, LoggerFactory.getLogger("any"));
  }

  private Logger logger(LineFormat format) {
    PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
    return new LineLoggers(new LineOutput(out, format), Threshold.DEBUG).getLogger("a.B");
  }

  private String written() {
    return written.toString(StandardCharsets.UTF_8);
  }

  private JsonNode json() {
    return JsonMapper.shared().readTree(written.toByteArray());
  }
}
