package dev.zlayer.overlay.dns;

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
 */
public record DnsStatistics(
    long udpAnswers,
    long tcpAnswers,
    long forwarded,
    long failures,
    long strangers,
    long ignored,
    long unsent) {}
