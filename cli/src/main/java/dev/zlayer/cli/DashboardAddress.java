package dev.zlayer.cli;

import dev.zlayer.overlay.WebAddress;
import picocli.CommandLine.ITypeConverter;

/** Where a dashboard is to be: as other pages, on a port of its own. */
final class DashboardAddress implements ITypeConverter<WebAddress> {
  @Override
  public WebAddress convert(String text) {
    return WebAddress.parse(text, WebAddress.DASHBOARD_PORT);
  }
}
