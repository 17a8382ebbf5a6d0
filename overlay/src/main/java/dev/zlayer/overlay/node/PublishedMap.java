package dev.zlayer.overlay.node;

import dev.zlayer.overlay.http.News;
import dev.zlayer.overlay.map.MapLog;
import dev.zlayer.overlay.map.MapNames;
import dev.zlayer.overlay.map.MapPosition;
import dev.zlayer.overlay.map.Member;
import java.util.List;
import java.util.Optional;

/** The leader's map, and who waits for news of it. Thread safe. */
final class PublishedMap implements News {
  private final MapLog log;
  private boolean ended;

  PublishedMap(MapLog log) {
    this.log = log;
  }

  MapLog log() {
    return log;
  }

  synchronized void publish(List<Member> members, MapNames names, long epoch, long revision) {
    if (log.update(members, names, epoch, revision)) {
      notifyAll();
    }
  }

  @Override
  public synchronized void await(Optional<MapPosition> position, long untilMillis)
      throws InterruptedException {
    long left = untilMillis - System.currentTimeMillis();
    while (!ended && left > 0 && !log.hasNews(position)) {
      wait(left);
      left = untilMillis - System.currentTimeMillis();
    }
  }

  /** There is no more news: nobody waits from now on. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }
}
