package dev.zlayer.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.zlayer.testkit.fixture.Impure;
import dev.zlayer.testkit.fixture.pure.PureTimer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PurityRulesTest {
  private static final JavaClasses IMPURE =
      new ClassFileImporter().importClasses(Impure.class.getDeclaredClasses());

  @Test
  void passesPureCode() {
    PurityRules.assertPure(PureTimer.class, "dev.zlayer.testkit.fixture.pure..");
  }

  @ParameterizedTest
  @MethodSource("impureClasses")
  void catchesEachWayOutOfPureCode(Class<?> impure) {
    List<JavaClass> classes = List.of(IMPURE.get(impure));
    AssertionError error =
        assertThrows(AssertionError.class, () -> PurityRules.assertPure(classes));
    assertTrue(error.getMessage().contains("(Impure.java:"), error.getMessage());
  }

  @Test
  void catchesImpureCodeInOnePackageOfAModule() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () -> PurityRules.assertPure(Impure.class, "dev.zlayer.testkit.fixture"));
    assertTrue(error.getMessage().contains("reads a clock"), error.getMessage());
  }

  @Test
  void refusesToProveThatNothingIsPure() {
    assertThrows(
        AssertionError.class,
        () -> PurityRules.assertPure(PureTimer.class, "dev.zlayer.testkit.absent.."));
  }

  static Stream<Class<?>> impureClasses() {
    return Arrays.stream(Impure.class.getDeclaredClasses())
        .filter(type -> !type.getSimpleName().equals("Reinterpret"));
  }
}
