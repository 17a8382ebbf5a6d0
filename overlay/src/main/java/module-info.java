/** The mesh: who is in it, under which addresses, and the node that takes part. */
module dev.zlayer.overlay {
  requires transitive dev.zlayer.device;
  requires dev.zlayer.linux;
  requires tools.jackson.databind;
  requires org.dnsjava;
  requires org.apache.httpcomponents.core5.httpcore5;
  requires io.prometheus.metrics.config;
  requires io.prometheus.metrics.instrumentation.jvm;
  requires io.prometheus.metrics.model;
  requires io.prometheus.writer.text;
  requires org.slf4j;

  exports dev.zlayer.overlay;
  exports dev.zlayer.overlay.condition;
  exports dev.zlayer.overlay.dns;
  exports dev.zlayer.overlay.enrolment;
  exports dev.zlayer.overlay.health;
  exports dev.zlayer.overlay.ipam;
  exports dev.zlayer.overlay.control to
      dev.zlayer.cli;
  exports dev.zlayer.overlay.mesh to
      dev.zlayer.cli;
  exports dev.zlayer.overlay.resolver to
      dev.zlayer.cli;
  exports dev.zlayer.overlay.state to
      dev.zlayer.cli;
}
