package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NativeExceptionTest {
  @Test
  void namesCallErrorAndRemedy() {
    var e = new NativeException("TUNSETIFF zl-overlay0", Errno.EPERM, "run as root");
    assertEquals(
        "TUNSETIFF zl-overlay0: EPERM (Operation not permitted): run as root", e.getMessage());
    assertEquals("TUNSETIFF zl-overlay0", e.call());
    assertEquals(1, e.errno());
    assertEquals("EPERM", e.errnoName());
  }

  @Test
  void givesTheNumberOfAnUnknownError() {
    assertEquals("poll: errno 133", new NativeException("poll", 133).getMessage());
  }
}
