/** The Linux kernel through the Foreign Function API: TUN, UDP, rtnetlink, ICMP, capture. */
module dev.zlayer.linux {
  requires transitive dev.zlayer.memory;

  exports dev.zlayer.linux;
}
