package dev.zlayer.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A browser's DevTools protocol over two pipes: JSON objects, each ended by a zero byte. Thread
 * safe; events come on a thread of its own.
 */
final class DevTools {
  /** Of each answer: who takes longer hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final OutputStream requests;
  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private final List<Consumer<JsonNode>> listeners = new CopyOnWriteArrayList<>();

  DevTools(OutputStream requests, InputStream answers) {
    this.requests = requests;
    Thread.ofPlatform().daemon().name("devtools").start(() -> read(answers));
  }

  /** Has every event told, with its {@code method}, {@code params} and {@code sessionId}. */
  void listen(Consumer<JsonNode> listener) {
    listeners.add(listener);
  }

  /**
   * Calls a method of the browser itself.
   *
   * @param words names and values of the parameters, by turns
   * @throws AssertionError where it is refused, or isn't answered in time
   */
  JsonNode call(String method, Object... words) {
    return send(JsonMapper.shared().createObjectNode(), method, words);
  }

  /** As {@link #call}, of one page. */
  JsonNode callIn(String session, String method, Object... words) {
    return send(JsonMapper.shared().createObjectNode().put("sessionId", session), method, words);
  }

  private JsonNode send(ObjectNode message, String method, Object... words) {
    long id = ids.incrementAndGet();
    message.put("id", id).put("method", method);
    ObjectNode parameters = message.putObject("params");
    for (int i = 0; i < words.length; i += 2) {
      parameters.putPOJO((String) words[i], words[i + 1]);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    pending.put(id, answer);
    try {
      write(message.toString());
      JsonNode result = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (result.has("error")) {
        throw new AssertionError(method + ": " + result.get("error"));
      }
      return result.path("result");
    } catch (TimeoutException e) {
      throw new AssertionError("the browser hasn't answered " + method + " in " + PATIENCE, e);
    } catch (ExecutionException | IOException e) {
      throw new AssertionError("the browser has gone: " + method, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted in " + method, e);
    } finally {
      pending.remove(id);
    }
  }

  private synchronized void write(String message) throws IOException {
    requests.write(message.getBytes(StandardCharsets.UTF_8));
    requests.write(0);
    requests.flush();
  }

  private void read(InputStream answers) {
    try (InputStream in = new BufferedInputStream(answers, 1 << 16)) {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        if (octet != 0) {
          message.write(octet);
        } else {
          receive(JsonMapper.shared().readTree(message.toByteArray()));
          message.reset();
        }
      }
      throw new IOException("end of the pipe");
    } catch (IOException e) {
      pending.values().forEach(answer -> answer.completeExceptionally(e));
    }
  }

  private void receive(JsonNode message) {
    if (!message.has("id")) {
      listeners.forEach(listener -> listener.accept(message));
      return;
    }
    CompletableFuture<JsonNode> answer = pending.get(message.get("id").asLong());
    if (answer != null) {
      answer.complete(message);
    }
  }
}
