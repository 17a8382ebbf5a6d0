/** One running WireGuard interface: the protocol joined to the operating system. */
module dev.zlayer.device {
  requires transitive dev.zlayer.wireguard;
  requires dev.zlayer.linux;
  requires org.slf4j;

  exports dev.zlayer.device;
}
