package dev.zlayer.overlay.map;

import dev.zlayer.crypto.PublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The leader's map and what changed in it when, so that a change travels as a change: every member
 * has the number of its last change, and so has every removal, of which the last {@value
 * #MAX_REMOVALS} are known. Who stands before those gets the whole map.
 *
 * <p>Preshared keys aren't in it: they are another matter for each recipient. Thread safe.
 */
public final class MapLog {
  static final int MAX_REMOVALS = 1024;

  private final String id;
  private final Map<PublicKey, Entry> members = new LinkedHashMap<>();
  private final Map<PublicKey, Long> removals = new LinkedHashMap<>();
  private MapNames names = MapNames.NONE;
  private long serial;

  /** Changes up to this one may have been forgotten. */
  private long forgotten;

  private long epoch;
  private long revision;

  private record Entry(Member member, long serial) {}

  /**
   * @param id as {@link MapPosition#log}; another one for each log
   */
  public MapLog(String id) {
    this.id = new MapPosition(id, 0).log();
  }

  public synchronized MapPosition position() {
    return new MapPosition(id, serial);
  }

  /**
   * Takes in how the mesh is now.
   *
   * @return whether that differs from how it was
   */
  public synchronized boolean update(
      List<Member> now, MapNames namesNow, long epochNow, long revisionNow) {
    long next = serial + 1;
    boolean changed = !namesNow.equals(names);
    Set<PublicKey> gone = new HashSet<>(members.keySet());
    for (Member member : now) {
      gone.remove(member.publicKey());
      Entry entry = members.get(member.publicKey());
      if (entry == null || !entry.member().equals(member)) {
        members.put(member.publicKey(), new Entry(member, next));
        removals.remove(member.publicKey());
        changed = true;
      }
    }
    for (PublicKey key : gone) {
      members.remove(key);
      removals.remove(key);
      removals.put(key, next);
      changed = true;
    }
    forgetOldRemovals();
    names = namesNow;
    epoch = epochNow;
    revision = revisionNow;
    serial = changed ? next : serial;
    return changed;
  }

  private void forgetOldRemovals() {
    var oldest = removals.entrySet().iterator();
    while (removals.size() > MAX_REMOVALS) {
      forgotten = oldest.next().getValue();
      oldest.remove();
    }
  }

  /** Whether a node at this position has something to learn. */
  public synchronized boolean hasNews(Optional<MapPosition> position) {
    return !position.equals(Optional.of(position()));
  }

  /**
   * What a node at {@code position} doesn't know; the whole map for one whose position says
   * nothing.
   */
  public synchronized MapChange since(Optional<MapPosition> position) {
    Optional<Long> known =
        position
            .filter(at -> at.log().equals(id) && at.serial() <= serial && at.serial() >= forgotten)
            .map(MapPosition::serial);
    long from = known.orElse(-1L);
    List<Member> changed = new ArrayList<>();
    for (Entry entry : members.values()) {
      if (entry.serial() > from) {
        changed.add(entry.member());
      }
    }
    Set<PublicKey> removed = new HashSet<>();
    if (known.isPresent()) {
      removals.forEach((key, at) -> {
        if (at > from) {
          removed.add(key);
        }
      });
    }
    return new MapChange(position(), epoch, revision, known.isEmpty(), changed, removed, names);
  }
}
