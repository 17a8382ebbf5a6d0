package dev.zlayer.overlay.node;

import dev.zlayer.overlay.dashboard.Dashboard;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the dashboard look at the node at every step, in a virtual thread. */
final class DashboardClock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DashboardClock.class);

  private final Dashboard dashboard;
  private final Thread thread =
      Thread.ofVirtual().name("zlayer dashboard").unstarted(this::lookForever);

  private DashboardClock(Dashboard dashboard) {
    this.dashboard = dashboard;
  }

  static DashboardClock start(Dashboard dashboard) {
    DashboardClock clock = new DashboardClock(dashboard);
    clock.thread.start();
    return clock;
  }

  private void lookForever() {
    long dueNanos = System.nanoTime();
    while (!Thread.currentThread().isInterrupted()) {
      try {
        dashboard.look();
      } catch (RuntimeException e) {
        LOG.warn("the dashboard's look at the node failed, and is tried again", e);
      }
      // Steps that went by while the machine slept aren't made up for.
      long now = System.nanoTime();
      dueNanos = Math.max(dueNanos + Dashboard.STEP.toNanos(), now);
      try {
        Thread.sleep(Duration.ofNanos(dueNanos - now));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
