package dev.zlayer.overlay.resolver;

import dev.zlayer.overlay.NameResolution;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.ResolverMode;
import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.dns.DnsServer;
import dev.zlayer.overlay.resolver.plan.HostsLines;
import dev.zlayer.overlay.resolver.plan.Integration;
import dev.zlayer.overlay.resolver.plan.MarkedBlock;
import dev.zlayer.overlay.resolver.plan.Plan;
import dev.zlayer.overlay.resolver.plan.Served;
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
 * because others have written. Thread safe.
 */
public final class NameIntegration implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NameIntegration.class);

  /** How long systemd-resolved may take to hear of a new link from the kernel. */
  private static final Duration LINK_PATIENCE = Duration.ofSeconds(2);

  private static final String NOTHING_SERVED = "this node serves no names";
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final ResolverMode mode;
  private final String link;
  private final DataDirectory directory;
  private final TraceFile traces;

  /** What is in force now; replaced under this object's monitor. */
  private volatile Optional<Integration> inForce = Optional.empty();

  /** Why nothing is. */
  private volatile String reason = NOTHING_SERVED;

  /** Whether that is a fault; it is none that a machine has nothing to integrate with. */
  private volatile boolean failed;

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
  public synchronized void follow(DnsServer server) {
    withdraw();
    if (mode == ResolverMode.NONE) {
      return;
    }
    if (hasLeft(directory)) {
      fail("what a killed node has left can't be undone, see the log");
      return;
    }
    switch (Plan.of(mode, Machine.look(), served(server))) {
      case Plan.Nothing(String why) -> {
        reason = why;
        failed = mode != ResolverMode.AUTO;
      }
      case Plan.Use(Integration integration) -> use(integration, server);
    }
  }

  /** Writes the names anew, where it is the names that are written. */
  public synchronized void namesChanged(DnsServer server) {
    if (inForce.isPresent() && inForce.get() instanceof Integration.HostsFile hosts) {
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
    Optional<Integration> former = inForce;
    inForce = Optional.empty();
    reason = NOTHING_SERVED;
    failed = false;
    former.ifPresent(this::undoQuietly);
  }

  /** How it stands now; looks at what others have done meanwhile. */
  public NameResolution status() {
    if (mode == ResolverMode.NONE) {
      return NameResolution.LEFT_ALONE;
    }
    Optional<Integration> now = inForce;
    if (now.isEmpty()) {
      return missing(reason);
    }
    return loss(now.get())
        .map(this::missing)
        .orElseGet(() ->
            new NameResolution(
                mode,
                Optional.of(now.get().mode()),
                "resolved through " + now.get().description()));
  }

  /** Why programs aren't led to the names, though they should be; empty if they are. */
  public Optional<String> fault() {
    Optional<Integration> now = inForce;
    if (now.isPresent()) {
      return loss(now.get());
    }
    return failed ? Optional.of(reason) : Optional.empty();
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

  private NameResolution missing(String why) {
    return new NameResolution(
        mode, Optional.empty(), "not resolved by this machine's programs: " + why);
  }

  private Served served(DnsServer server) {
    DnsConfig config = server.config();
    return new Served(link, config.listenAddresses(), config.port(), server.domains());
  }

  private void use(Integration integration, DnsServer server) {
    try {
      if (integration.needsResolvConfPort()) {
        server.listenAlso(Integration.RESOLV_CONF_PORT);
      }
      if (integration.trace().isPresent()) {
        traces.write(integration.trace().get());
      }
      apply(integration, server);
      Optional<String> loss = loss(integration);
      if (loss.isPresent()) {
        throw new OverlayException(loss.get());
      }
      inForce = Optional.of(integration);
      LOG.info("the overlay's names are resolved through {}", integration.description());
    } catch (IOException | OverlayException e) {
      fail(e instanceof IOException failure ? IoReason.of(failure) : e.getMessage());
      undoQuietly(integration);
    }
  }

  private void apply(Integration integration, DnsServer server) throws IOException {
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
        List<String> lines = HostsLines.of(server.handle().records());
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
