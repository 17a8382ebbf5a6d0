package dev.zlayer.overlay.http;

import java.util.Map;

/**
 * What a page shows.
 *
 * @param type as the header {@code Content-Type} has it
 * @param headers further ones, beside those that every page has
 */
public record PageContent(String type, byte[] body, Map<String, String> headers) {
  public PageContent {
    headers = Map.copyOf(headers);
  }

  /** Without headers of its own. */
  public PageContent(String type, byte[] body) {
    this(type, body, Map.of());
  }
}
