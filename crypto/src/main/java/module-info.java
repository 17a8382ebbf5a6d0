/** Keys and primitives of WireGuard: fast through the system's libcrypto, portable without. */
module dev.zlayer.crypto {
  requires transitive dev.zlayer.memory;
  requires org.bouncycastle.provider;

  exports dev.zlayer.crypto;
}
