package dev.zlayer.overlay.resolver.plan;

import dev.zlayer.overlay.ResolverMode;
import java.util.Optional;
import java.util.function.Supplier;

/** What is going to lead programs to a node's names, if anything. */
public sealed interface Plan {
  /** That one will. */
  record Use(Integration integration) implements Plan {}

  /** That one would, and this process may not see to it: somebody with more rights has to. */
  record LeaveToRoot(Integration integration) implements Plan {}

  /** Nothing will, and why. */
  record Nothing(String reason) implements Plan {}

  /** The plan for what was asked for, given what there is. */
  static Plan of(ResolverMode mode, Surroundings here, Served served) {
    return switch (mode) {
      case NONE -> new Nothing("left alone");
      case AUTO -> auto(here, served);
      case RESOLVED -> unless(here.objectionToResolved(), here, () -> resolved(here, served));
      case RESOLVCONF ->
          unless(
              here.objectionToResolvconf(Integration.Resolvconf.record(served.link())),
              here,
              () -> resolvconf(here, served));
      case RESOLV_CONF ->
          unless(
              here.objectionToEditing(new MarkedBlock(served.link())),
              here,
              () -> new Integration.ResolvConfFile(here.resolvConf().orElseThrow(), served));
      case HOSTS ->
          here.hosts()
              .map(file -> permitted(new Integration.HostsFile(file, served), here))
              .orElseGet(() -> new Nothing("there is no /etc/hosts"));
    };
  }

  private static Plan auto(Surroundings here, Served served) {
    Optional<String> toResolved = here.objectionToResolved();
    if (toResolved.isEmpty()) {
      return new Use(resolved(here, served));
    }
    return unless(
        here.objectionToResolvconfUnasked(Integration.Resolvconf.record(served.link()))
            .map(objection ->
                toResolved.get() + "; " + objection + "; up --resolver can edit a file"),
        here,
        () -> resolvconf(here, served));
  }

  private static Plan unless(
      Optional<String> objection, Surroundings here, Supplier<Integration> integration) {
    return objection.<Plan>map(Nothing::new).orElseGet(() -> permitted(integration.get(), here));
  }

  /** What leaves a trace on the machine changes a file or calls a command of the machine's. */
  private static Plan permitted(Integration integration, Surroundings here) {
    return integration
            .trace()
            .map(Trace::file)
            .filter(file -> !here.permitted().contains(file))
            .isPresent()
        ? new LeaveToRoot(integration)
        : new Use(integration);
  }

  private static Integration resolved(Surroundings here, Served served) {
    return new Integration.Resolved(here.resolvectlCommand().orElseThrow(), served);
  }

  private static Integration resolvconf(Surroundings here, Served served) {
    return new Integration.Resolvconf(here.resolvconfCommand().orElseThrow(), served);
  }
}
