package dev.zlayer.overlay.map;

import java.util.regex.Pattern;

/**
 * How far a node has followed the leader's map.
 *
 * @param log names the leader's log: 1 to 64 letters, digits or '-'; another start, another log
 * @param serial how many changes of it were followed
 */
public record MapPosition(String log, long serial) {
  private static final Pattern LOG = Pattern.compile("[A-Za-z0-9-]{1,64}");

  public MapPosition {
    if (!LOG.matcher(log).matches() || serial < 0) {
      throw new IllegalArgumentException("a position in the map is a log and a number from 0 on");
    }
  }
}
