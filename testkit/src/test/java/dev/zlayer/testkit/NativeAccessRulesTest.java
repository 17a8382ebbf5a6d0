package dev.zlayer.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NativeAccessRulesTest {
  private static final Pattern FIXTURE = Pattern.compile("Impure\\$(\\w+)");

  @Test
  void findsLinkerSymbolLookupAndReinterpret() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () -> NativeAccessRules.assertConfined("dev.zlayer.testkit.fixture"));
    List<String> offenders =
        FIXTURE.matcher(error.getMessage()).results().map(m -> m.group(1)).distinct().toList();
    assertEquals(List.of("NativeLinker", "NativeSymbol", "Reinterpret"), offenders);
  }

  @Test
  void allowsNativeAccessWhereItBelongs() {
    NativeAccessRules.assertConfined("dev.zlayer.testkit.fixture", "dev.zlayer.testkit.fixture");
  }

  @Test
  void refusesToProveThatNothingIsConfined() {
    assertThrows(AssertionError.class, () -> NativeAccessRules.assertConfined("dev.zlayer.absent"));
  }
}
