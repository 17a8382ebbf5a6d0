package dev.zlayer.overlay.dns;

import java.util.Map;

/**
 * What a server did since its start.
 *
 * @param udpAnswers given as datagrams
 * @param tcpAnswers given over connections
 * @param forwarded how many of both others were asked for
 * @param failures forwarded ones that nobody answered
 * @param strangers messages and connections from outside of the overlay, which got no answer
 * @param ignored messages that were no queries
 * @param unsent datagrams among the answers that the network didn't take
 * @param results answers by what they say, with each possible one
 * @param ownLatency of answers that nobody else was asked for
 * @param forwardedLatency of the others
 */
public record DnsStatistics(
    long udpAnswers,
    long tcpAnswers,
    long forwarded,
    long failures,
    long strangers,
    long ignored,
    long unsent,
    Map<DnsResult, Long> results,
    DnsLatency ownLatency,
    DnsLatency forwardedLatency) {
  public DnsStatistics {
    results = Map.copyOf(results);
  }
}
