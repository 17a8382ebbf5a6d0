/** The mesh: who is in it, under which addresses, and the node that takes part. */
module dev.zlayer.overlay {
  requires tools.jackson.databind;

  exports dev.zlayer.overlay;
  exports dev.zlayer.overlay.ipam;
}
