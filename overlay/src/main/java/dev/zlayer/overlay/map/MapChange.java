package dev.zlayer.overlay.map;

import dev.zlayer.crypto.PublicKey;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What changed in the map from one position to another, or all of it.
 *
 * @param position where the map is afterwards
 * @param epoch of the leader's membership
 * @param revision of the leader's membership
 * @param whole whether this is the whole map, and what isn't in it isn't in the mesh
 * @param members those that are new or changed, the recipient itself and the leader among them
 * @param removed those that are members no more
 */
public record MapChange(
    MapPosition position,
    long epoch,
    long revision,
    boolean whole,
    List<Member> members,
    Set<PublicKey> removed,
    MapNames names) {
  public MapChange {
    Objects.requireNonNull(position);
    members = List.copyOf(members);
    removed = Set.copyOf(removed);
    Objects.requireNonNull(names);
  }

  MapChange withMembers(List<Member> value) {
    return new MapChange(position, epoch, revision, whole, value, removed, names);
  }
}
