/** Off-heap packet memory: buffers, batches and the raw accessor that native calls need. */
module dev.zlayer.memory {
  exports dev.zlayer.memory;
}
