package dev.zlayer.overlay.resolver;

import dev.zlayer.overlay.NameResolution;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.ResolverMode;
import dev.zlayer.overlay.dns.DnsServer;
import dev.zlayer.overlay.resolver.plan.HostsLines;
import dev.zlayer.overlay.resolver.plan.Integration;
import dev.zlayer.overlay.resolver.plan.MarkedBlock;
import dev.zlayer.overlay.resolver.plan.Plan;
import dev.zlayer.overlay.resolver.plan.Surroundings;
import dev.zlayer.overlay.resolver.plan.Trace;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads the programs of this machine to the names of a running node, and undoes that. What it can't
 * do it says; a node runs without.
 *
 * <p>It writes when the node begins, when the node's names change and when it ends, and never
 * because others have written; a systemd-resolved that begins later is told, too. What only root
 * may do is left to {@link RootIntegration}. Thread safe.
 */
public final class NameIntegration implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NameIntegration.class);

  /** How long systemd-resolved may take to hear of a new link from the kernel. */
  private static final Duration LINK_PATIENCE = Duration.ofSeconds(2);

  /** How long root may take to do its part before that is a fault. */
  private static final Duration ROOT_PATIENCE = Duration.ofSeconds(15);

  private static final String NOTHING_SERVED = "this node serves no names";
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final ResolverMode mode;
  private final String link;
  private final DataDirectory directory;
  private final TraceFile traces;

  /** What leads programs to the names; replaced under this object's monitor. */
  private volatile Optional<Lead> lead = Optional.empty();

  /** When root's part was left to root. */
  private volatile long leftSinceNanos;

  /** Whether systemd-resolved has what was left to root. */
  private volatile boolean confirmed;

  /** The run of systemd-resolved that was told last; guarded by this object's monitor. */
  private Optional<String> toldRun = Optional.empty();

  /** Why nothing is. */
  private volatile String reason = NOTHING_SERVED;

  /** Whether that is a fault; it is none that a machine has nothing to integrate with. */
  private volatile boolean failed;

  /**
   * What leads programs to the names.
   *
   * @param ours whether we have put it in force; if not, it is if root has
   */
  private record Lead(Integration integration, boolean ours) {}

  /**
   * For a node that has {@code directory}.
   *
   * @param link the node's interface
   */
  public NameIntegration(ResolverMode mode, String link, DataDirectory directory) {
    this.mode = mode;
    this.link = link;
    this.directory = directory;
    this.traces = TraceFile.in(directory);
  }

  /** Whether a node has something to undo, or has left it. */
  public static boolean hasLeft(DataDirectory directory) {
    return Files.exists(directory.resolverFile());
  }

  /**
   * Undoes what a node that was killed has left behind, whatever has happened since.
   *
   * @return what it was, for people; empty if there was nothing
   * @throws OverlayException if it can't be undone; it can be tried again then
   */
  public static Optional<String> cleanUp(DataDirectory directory) {
    TraceFile traces = TraceFile.in(directory);
    Optional<Trace> left = traces.read();
    left.ifPresent(trace -> undo(trace, traces));
    return left.map(Trace::description);
  }

  /** Undoes what was left before; what can't be undone keeps us from doing anything more. */
  public synchronized void undoLeft() {
    try {
      cleanUp(directory)
          .ifPresent(left -> LOG.info("undone, as a killed node had left it: {}", left));
    } catch (OverlayException e) {
      LOG.warn("{}", e.getMessage());
    }
  }

  /** Leads programs to the names of {@code server}, which listens, in the place of any before. */
  public void follow(DnsServer server) {
    follow(Names.of(server, link));
  }

  synchronized void follow(Names names) {
    withdraw();
    if (mode == ResolverMode.NONE) {
      return;
    }
    if (hasLeft(directory)) {
      fail("what a killed node has left can't be undone, see the log");
      return;
    }
    Surroundings here = Machine.look();
    switch (Plan.of(mode, here, names.served())) {
      case Plan.Nothing(String why) -> {
        reason = why;
        failed = mode != ResolverMode.AUTO;
      }
      case Plan.LeaveToRoot(Integration integration) -> leave(integration, names);
      case Plan.Use(Integration integration) -> {
        toldRun = here.resolvedRun();
        use(integration, names);
      }
    }
  }

  /**
   * Leads programs through a systemd-resolved that has begun since the last time. Cheap where there
   * is none; to be called now and then.
   */
  public synchronized void lookAgain(DnsServer server) {
    if (mode != ResolverMode.AUTO && mode != ResolverMode.RESOLVED) {
      return;
    }
    Surroundings here = Machine.look();
    if (here.resolvedRun().isPresent()
        && !here.resolvedRun().equals(toldRun)
        && lead.filter(now -> !(now.integration() instanceof Integration.Resolved)).isEmpty()
        && Plan.of(mode, here, Names.of(server, link).served()) instanceof Plan.Use use
        && use.integration() instanceof Integration.Resolved) {
      follow(server);
    }
  }

  /** Writes the names anew, where it is the names that are written. */
  public synchronized void namesChanged(DnsServer server) {
    if (lead.isPresent()
        && lead.get().ours()
        && lead.get().integration() instanceof Integration.HostsFile hosts) {
      MarkedBlock block = new MarkedBlock(link);
      List<String> lines = HostsLines.of(server.handle().records());
      try {
        new SharedFile(hosts.file()).edit(text -> block.isIn(text) ? block.put(text, lines) : text);
      } catch (IOException e) {
        LOG.warn("{} isn't up to date: {}", hosts.file(), IoReason.of(e));
      }
    }
  }

  /** Undoes everything. */
  public synchronized void withdraw() {
    Optional<Lead> former = lead;
    lead = Optional.empty();
    reason = NOTHING_SERVED;
    failed = false;
    former.filter(Lead::ours).map(Lead::integration).ifPresent(this::undoQuietly);
  }

  /** How it stands now; looks at what others have done meanwhile. */
  public NameResolution status() {
    if (mode == ResolverMode.NONE) {
      return NameResolution.LEFT_ALONE;
    }
    Optional<Lead> now = lead;
    return obstacle(now)
        .map(this::missing)
        .orElseGet(() ->
            new NameResolution(
                mode,
                now.map(Lead::integration).map(Integration::mode),
                "resolved through " + now.orElseThrow().integration().description()));
  }

  /** Why programs aren't led to the names, though they should be; empty if they are. */
  public Optional<String> fault() {
    Optional<Lead> now = lead;
    boolean ours = now.filter(Lead::ours).isPresent();
    boolean early =
        now.isPresent() && !ours && System.nanoTime() - leftSinceNanos < ROOT_PATIENCE.toNanos();
    return (failed || ours) && !early ? obstacle(now) : Optional.empty();
  }

  /** Why programs aren't led to the names; empty if they are. */
  private Optional<String> obstacle(Optional<Lead> now) {
    if (now.isEmpty()) {
      return Optional.of(reason);
    }
    Integration integration = now.get().integration();
    if (now.get().ours()) {
      return loss(integration);
    }
    return isDoneByRoot(integration) ? Optional.empty() : Optional.of(reason);
  }

  private void fail(String why) {
    reason = why;
    failed = true;
  }

  @Override
  public void close() {
    withdraw();
  }

  private static Optional<String> loss(Integration integration) {
    String text =
        integration instanceof Integration.HostsFile hosts ? Machine.text(hosts.file()) : "";
    return integration.loss(Machine.look(), text);
  }

  /** Looks no further once systemd-resolved has confirmed it: its settings outlive a restart. */
  private boolean isDoneByRoot(Integration integration) {
    if (loss(integration).isPresent()) {
      return false;
    }
    if (!confirmed && integration instanceof Integration.Resolved resolved) {
      try {
        confirmed = resolved.isConfirmedBy(SystemCommand.run(resolved.question(), ""));
      } catch (IOException e) {
        LOG.debug("systemd-resolved: {}", e.getMessage());
      }
      return confirmed;
    }
    return true;
  }

  private NameResolution missing(String why) {
    return new NameResolution(
        mode, Optional.empty(), "not resolved by this machine's programs: " + why);
  }

  private void use(Integration integration, Names names) {
    try {
      listen(integration, names);
      if (integration.trace().isPresent()) {
        traces.write(integration.trace().get());
      }
      apply(integration, names);
      Optional<String> loss = loss(integration);
      if (loss.isPresent()) {
        throw new OverlayException(loss.get());
      }
      lead = Optional.of(new Lead(integration, true));
      LOG.info("the overlay's names are resolved through {}", integration.description());
    } catch (IOException | OverlayException e) {
      fail(e instanceof IOException failure ? IoReason.of(failure) : e.getMessage());
      undoQuietly(integration);
      if (integration instanceof Integration.Resolved) {
        // It may listen to root alone.
        leave(integration);
      }
    }
  }

  private void leave(Integration integration, Names names) {
    try {
      listen(integration, names);
      fail(
          "%s is root's to change: zlayer-overlay resolver apply does so"
              .formatted(integration.description()));
      leave(integration);
    } catch (OverlayException e) {
      fail(e.getMessage());
    }
  }

  private void leave(Integration integration) {
    confirmed = false;
    leftSinceNanos = System.nanoTime();
    lead = Optional.of(new Lead(integration, false));
  }

  private static void listen(Integration integration, Names names) {
    if (integration.needsResolvConfPort()) {
      names.listenAlso().accept(Integration.RESOLV_CONF_PORT);
    }
  }

  private void apply(Integration integration, Names names) throws IOException {
    switch (integration) {
      case Integration.Resolved resolved -> {
        awaitLink(resolved.commands().getFirst());
        for (List<String> command : resolved.commands()) {
          SystemCommand.run(command, "");
        }
      }
      case Integration.Resolvconf resolvconf ->
          SystemCommand.run(resolvconf.add(), resolvconf.input());
      case Integration.ResolvConfFile file ->
          new SharedFile(file.file())
              .edit(text -> new MarkedBlock(link).put(text, file.nameServers()));
      case Integration.HostsFile hosts -> {
        List<String> lines = HostsLines.of(names.records().get());
        new SharedFile(hosts.file()).edit(text -> new MarkedBlock(link).put(text, lines));
      }
    }
  }

  private static void awaitLink(List<String> firstCommand) throws IOException {
    long deadline = System.nanoTime() + LINK_PATIENCE.toNanos();
    while (true) {
      try {
        SystemCommand.run(firstCommand, "");
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void undoQuietly(Integration integration) {
    try {
      undo(integration);
    } catch (OverlayException e) {
      LOG.warn("{}", e.getMessage());
    }
  }

  private void undo(Integration integration) {
    if (integration instanceof Integration.Resolved resolved) {
      try {
        SystemCommand.run(resolved.revert(), "");
      } catch (IOException linkIsGone) {
        LOG.debug("systemd-resolved: {}", linkIsGone.getMessage());
      }
    }
    integration.trace().ifPresent(trace -> undo(trace, traces));
  }

  private static void undo(Trace trace, TraceFile traces) {
    try {
      switch (trace.through()) {
        case RESOLVCONF -> {
          if (Files.isExecutable(trace.file())) {
            SystemCommand.run(trace.forget(), "");
          }
        }
        case RESOLV_CONF, HOSTS -> {
          if (Files.exists(trace.file())) {
            new SharedFile(trace.file()).edit(new MarkedBlock(trace.name())::remove);
          }
        }
        case AUTO, RESOLVED, NONE -> throw new IllegalStateException("left by " + trace.through());
      }
    } catch (IOException e) {
      throw new OverlayException(
          "the %s can't be undone (%s): zlayer-overlay cleanup tries again"
              .formatted(trace.description(), IoReason.of(e)),
          e);
    }
    traces.remove();
  }
}
