package dev.zlayer.overlay.http;

import java.io.IOException;

/** What there is to see under one path. Thread safe, since several may ask at once. */
@FunctionalInterface
public interface Page {
  /**
   * The page as it is now.
   *
   * @throws PageNotFoundException if there is no such thing as is asked for
   */
  PageContent show(PageRequest request) throws IOException;
}
