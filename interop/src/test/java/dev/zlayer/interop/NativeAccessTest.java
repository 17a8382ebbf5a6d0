package dev.zlayer.interop;

import dev.zlayer.testkit.NativeAccessRules;
import org.junit.jupiter.api.Test;

/** Stands here because no other module sees all of the product. */
class NativeAccessTest {

  @Test
  void nativeCodeIsReachedFromThreeModulesOnly() {
    NativeAccessRules.assertConfined(
        "dev.zlayer", "dev.zlayer.memory..", "dev.zlayer.crypto..", "dev.zlayer.linux..");
  }
}
