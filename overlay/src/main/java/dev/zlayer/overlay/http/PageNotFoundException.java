package dev.zlayer.overlay.http;

import java.io.IOException;

/** What a page was asked for isn't there. */
public final class PageNotFoundException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param reason for whoever asks
   */
  public PageNotFoundException(String reason) {
    super(reason);
  }
}
