/** The command {@code zlayer-overlay}. */
module dev.zlayer.cli {
  requires dev.zlayer.device;
  requires dev.zlayer.overlay;
  requires dev.zlayer.linux;
  requires info.picocli;
  requires org.slf4j;
  requires tools.jackson.databind;

  opens dev.zlayer.cli to
      info.picocli;

  provides org.slf4j.spi.SLF4JServiceProvider with
      dev.zlayer.cli.log.LineLogging;
}
