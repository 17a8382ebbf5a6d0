package dev.zlayer.testkit;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Types, methods and fields that some code must not touch, and why.
 *
 * @param reason ends the sentence "it ...", as in "reads a clock"
 * @param names matches {@code package.Type}, {@code package.Type.member} or, for one overload,
 *     {@code package.Type.method(package.Type,int)}
 */
record BannedUses(String reason, Pattern names) {

  /** Bans what the given names match, in which {@code *} stands for any text. */
  static BannedUses of(String reason, String... globs) {
    return new BannedUses(
        reason,
        Pattern.compile(
            Stream.of(globs)
                .map(glob -> Pattern.quote(glob).replace("*", "\\E.*\\Q"))
                .collect(Collectors.joining("|"))));
  }

  /** A line for each banned use in the bytecode of {@code type}, with its place in the source. */
  Stream<String> in(JavaClass type) {
    Stream<String> accesses =
        type.getAccessesFromSelf().stream()
            .filter(access -> isBanned(access.getTarget()))
            .map(access -> access.getDescription());
    Stream<String> dependencies =
        type.getDirectDependenciesFromSelf().stream()
            .filter(use -> matches(use.getTargetClass().getBaseComponentType().getName()))
            .map(use -> use.getDescription());
    return Stream.concat(accesses, dependencies)
        .distinct()
        .map(description -> description + ": it " + reason);
  }

  private boolean isBanned(AccessTarget target) {
    String member = target.getOwner().getName() + "." + target.getName();
    return matches(member)
        || (target instanceof CodeUnitAccessTarget method && matches(member + parameters(method)));
  }

  private boolean matches(String name) {
    return names.matcher(name).matches();
  }

  private static String parameters(CodeUnitAccessTarget method) {
    List<String> types = method.getRawParameterTypes().stream().map(JavaClass::getName).toList();
    return "(" + String.join(",", types) + ")";
  }
}
