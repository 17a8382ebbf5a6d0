package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterfaceNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "zl-overlay0", "fifteen-bytes-x", "wg.1", "größe"})
  void acceptsWhatTheKernelTakes(String name) {
    assertEquals(name, InterfaceName.require(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sixteen-bytes-xx",
        "ääääääää",
        ".",
        "..",
        "a/b",
        "a:1",
        "tun%d",
        "a b",
        "a\tb",
        "a\0"
      })
  void refusesWhatTheKernelRefusesOrRewrites(String name) {
    var e = assertThrows(IllegalArgumentException.class, () -> InterfaceName.require(name));
    assertEquals(0, e.getMessage().indexOf("interface name '" + name + "' "));
  }

  @Test
  void namesTheRule() {
    var e = assertThrows(IllegalArgumentException.class, () -> TunDevice.open("a/b"));
    assertEquals("interface name 'a/b' holds one of '/', ':', '%'", e.getMessage());
  }
}
