package dev.zlayer.overlay.resolver.plan;

import dev.zlayer.overlay.ResolverMode;
import java.util.Optional;
import java.util.function.Supplier;

/** What is going to lead programs to a node's names, if anything. */
public sealed interface Plan {
  /** That one will. */
  record Use(Integration integration) implements Plan {}

  /** Nothing will, and why. */
  record Nothing(String reason) implements Plan {}

  /** The plan for what was asked for, given what there is. */
  static Plan of(ResolverMode mode, Surroundings here, Served served) {
    return switch (mode) {
      case NONE -> new Nothing("left alone");
      case AUTO -> auto(here, served);
      case RESOLVED -> unless(here.objectionToResolved(), () -> resolved(here, served));
      case RESOLVCONF ->
          unless(
              here.objectionToResolvconf(Integration.Resolvconf.record(served.link())),
              () -> resolvconf(here, served));
      case RESOLV_CONF ->
          unless(
              here.objectionToEditing(new MarkedBlock(served.link())),
              () -> new Integration.ResolvConfFile(here.resolvConf().orElseThrow(), served));
      case HOSTS ->
          here.hosts()
              .<Plan>map(file -> new Use(new Integration.HostsFile(file, served)))
              .orElseGet(() -> new Nothing("there is no /etc/hosts"));
    };
  }

  private static Plan auto(Surroundings here, Served served) {
    Optional<String> toResolved = here.objectionToResolved();
    if (toResolved.isEmpty()) {
      return new Use(resolved(here, served));
    }
    Optional<String> toResolvconf =
        here.objectionToResolvconfUnasked(Integration.Resolvconf.record(served.link()));
    return toResolvconf.isEmpty()
        ? new Use(resolvconf(here, served))
        : new Nothing(
            toResolved.get() + "; " + toResolvconf.get() + "; up --resolver can edit a file");
  }

  private static Plan unless(Optional<String> objection, Supplier<Integration> integration) {
    return objection.<Plan>map(Nothing::new).orElseGet(() -> new Use(integration.get()));
  }

  private static Integration resolved(Surroundings here, Served served) {
    return new Integration.Resolved(here.resolvectlCommand().orElseThrow(), served);
  }

  private static Integration resolvconf(Surroundings here, Served served) {
    return new Integration.Resolvconf(here.resolvconfCommand().orElseThrow(), served);
  }
}
