package dev.zlayer.cli.doctor;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.overlay.NodeStatus;
import java.util.List;

/** Whether the fast implementation of the primitives is there. */
final class CryptoCheck {
  private static final String NAME = "crypto";
  private static final String FAST = "openssl";

  private CryptoCheck() {}

  static List<Finding> findings(Patient patient) {
    return List.of(
        judge(patient.status().map(NodeStatus::crypto).orElseGet(() -> Crypto.system().name())));
  }

  static Finding judge(String crypto) {
    return crypto.contains(FAST)
        ? Finding.ok(NAME, crypto)
        : Finding.warning(
            NAME,
            "packets are encrypted by " + crypto + ", which is slower than libcrypto 3",
            "apt-get install libssl3, and leave ZLAYER_CRYPTO unset");
  }
}
