/** The WireGuard protocol as a pure state machine: bytes and time in, bytes and outcomes out. */
module dev.zlayer.wireguard {
  requires transitive dev.zlayer.crypto;

  exports dev.zlayer.wireguard;
}
