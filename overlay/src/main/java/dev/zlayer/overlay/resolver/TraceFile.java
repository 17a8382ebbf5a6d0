package dev.zlayer.overlay.resolver;

import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.ResolverMode;
import dev.zlayer.overlay.resolver.plan.Trace;
import dev.zlayer.overlay.state.AtomicFile;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.IoReason;
import dev.zlayer.overlay.state.JsonFields;
import dev.zlayer.overlay.state.JsonText;
import dev.zlayer.overlay.state.StateFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is to be undone, on the disk before it is done: {@code overlay_resolver.json} in the data
 * directory, mode 0600. For the holder of the directory's lock.
 */
record TraceFile(Path path) {
  static TraceFile in(DataDirectory directory) {
    return new TraceFile(directory.resolverFile());
  }

  /** What was begun and isn't undone yet. */
  Optional<Trace> read() {
    try {
      JsonFields fields = JsonFields.of("", JsonText.parse(Files.readAllBytes(path)));
      return Optional.of(
          new Trace(
              fields.value("through", ResolverMode::parse),
              fields.value("name", Function.identity()),
              fields.value("file", Path::of)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StateFileException(
          path, "can't be read (" + IoReason.of(e) + ")", "see who owns it and what it is");
    } catch (JacksonException | IllegalArgumentException e) {
      throw new StateFileException(
          path,
          "is damaged",
          "remove it, and what stands in /etc/hosts and /etc/resolv.conf of zlayer-overlay");
    }
  }

  void write(Trace trace) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("through", trace.through().word());
    json.put("name", trace.name());
    json.put("file", trace.file().toString());
    AtomicFile.replace(path, JsonText.compactBytes(json));
  }

  void remove() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new OverlayException("'" + path + "' can't be removed: " + IoReason.of(e), e);
    }
  }
}
