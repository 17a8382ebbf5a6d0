package dev.zlayer.overlay.dashboard;

import dev.zlayer.overlay.http.Page;
import dev.zlayer.overlay.http.PageContent;
import dev.zlayer.overlay.http.PageRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/** A file that comes with this package; it is read when it is first asked for. */
final class Asset implements Page {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final String file;
  private volatile Optional<PageContent> content = Optional.empty();

  /**
   * @param file its name, whose ending says what it is
   */
  Asset(String file) {
    this.file = file;
  }

  @Override
  public PageContent show(PageRequest request) throws IOException {
    if (content.isEmpty()) {
      content = Optional.of(read());
    }
    return content.get();
  }

  private PageContent read() throws IOException {
    String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
    if (type == null) {
      throw new IllegalStateException("nobody has said which type " + file + " has");
    }
    try (InputStream in = Asset.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " isn't in this module");
      }
      return new PageContent(type, in.readAllBytes(), Dashboard.HEADERS);
    }
  }
}
