/** Small complete programs around a node of their own, to be copied. */
module dev.zlayer.examples {
  requires dev.zlayer.overlay;
  requires java.net.http;
  requires jdk.httpserver;
}
