package dev.zlayer.overlay.dns;

/**
 * What a server did since its start.
 *
 * @param udpAnswers sent as datagrams
 * @param tcpAnswers sent over connections
 * @param forwarded how many of both others were asked for
 * @param failures forwarded ones that nobody answered
 * @param strangers messages and connections from outside of the overlay, which got no answer
 * @param ignored messages that were no queries
 * @param unsent answers that the network didn't take
 */
public record DnsStatistics(
    long udpAnswers,
    long tcpAnswers,
    long forwarded,
    long failures,
    long strangers,
    long ignored,
    long unsent) {}
