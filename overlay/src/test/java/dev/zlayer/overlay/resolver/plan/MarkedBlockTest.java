package dev.zlayer.overlay.resolver.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkedBlockTest {
  private static final MarkedBlock BLOCK = new MarkedBlock("zl1");
  private static final List<String> LINES = List.of("10.200.0.1 a", "10.200.0.2 b");
  private static final String WRITTEN =
      "# BEGIN zlayer-overlay zl1\n10.200.0.1 a\n10.200.0.2 b\n# END zlayer-overlay zl1\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "127.0.0.1 localhost\n",
        "127.0.0.1 localhost",
        "127.0.0.1\tlocalhost\r\n\r\n",
        "# caf\u00e9 \u00ff\u0000\n\n\n",
        "# END zlayer-overlay zl1\n127.0.0.1 localhost\n",
        "# BEGIN zlayer-overlay zl10\n10.9.0.1 z\n# END zlayer-overlay zl10\n"
      })
  void comesAndGoesWithoutATrace(String text) {
    String with = BLOCK.put(text, LINES);
    assertEquals(WRITTEN + text, with);
    assertTrue(BLOCK.isIn(with));
    assertEquals(with, BLOCK.put(with, LINES));
    assertEquals(text, BLOCK.remove(with));
    assertEquals(text, BLOCK.remove(text));
  }

  @Test
  void whatOthersWriteAroundItStays() {
    String edited = "nameserver 192.0.2.1\n" + WRITTEN + "options edns0\n";
    assertEquals("nameserver 192.0.2.1\noptions edns0\n", BLOCK.remove(edited));
    assertEquals(
        """
        # BEGIN zlayer-overlay zl1
        x
        # END zlayer-overlay zl1
        nameserver 192.0.2.1
        options edns0
        """,
        BLOCK.put(edited, List.of("x")));
  }

  @Test
  void itsLastLineNeedsNoEnd() {
    assertEquals("a\n", BLOCK.remove("a\n" + WRITTEN.stripTrailing()));
  }

  @Test
  void copiesGoToo() {
    assertEquals("a\nb\n", BLOCK.remove(WRITTEN + "a\n" + WRITTEN + "b\n" + WRITTEN));
  }

  /** Who has cut it off has made the rest his own. */
  @Test
  void whatHasLostItsEndStays() {
    String cut = "# BEGIN zlayer-overlay zl1\n10.200.0.1 a\nnameserver 192.0.2.1\n";
    assertFalse(BLOCK.isIn(cut));
    assertEquals(cut, BLOCK.remove(cut));
  }

  @Test
  void othersAreToldApart() {
    String theirs = new MarkedBlock("zl10").put("", LINES);
    assertFalse(BLOCK.isIn(theirs));
    assertEquals(Optional.of("zl10"), BLOCK.other(WRITTEN + theirs));
    assertEquals(Optional.empty(), BLOCK.other(WRITTEN));
    assertEquals(theirs, BLOCK.remove(WRITTEN + theirs));
  }
}
