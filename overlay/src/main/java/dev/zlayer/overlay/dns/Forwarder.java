package dev.zlayer.overlay.dns;

import dev.zlayer.overlay.dns.zone.Query;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIGRecord;

/**
 * Has others answer what isn't ours. A query that none of them answers in time, or that is one too
 * many, gets SERVFAIL. Thread safe.
 */
final class Forwarder {
  /** The most queries that wait at once. */
  static final int MAX_WAITING = 256;

  private static final int[] SECTIONS = {Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL};

  private final Upstreams upstreams;
  private final Counters counters;
  private final Semaphore free = new Semaphore(MAX_WAITING);
  private volatile int preferred;

  Forwarder(Upstreams upstreams, Counters counters) {
    this.upstreams = upstreams;
    this.counters = counters;
  }

  /** Hands the answer over later, on another thread, or at once if it is a failure. */
  void ask(Query query, Consumer<byte[]> sink) {
    if (free.tryAcquire()) {
      Thread.startVirtualThread(() -> sink.accept(answerAndRelease(query)));
    } else {
      sink.accept(failure(query));
    }
  }

  /** Waits for the answer. */
  byte[] ask(Query query) {
    return free.tryAcquire() ? answerAndRelease(query) : failure(query);
  }

  private byte[] answerAndRelease(Query query) {
    try {
      counters.forwarded.increment();
      UpstreamExchange exchange = new UpstreamExchange(query, upstreams.now(), preferred);
      Optional<Message> answer = exchange.run();
      if (answer.isEmpty()) {
        return failure(query);
      }
      preferred = exchange.answeredBy();
      return query.wire(retold(answer.get(), query));
    } finally {
      free.release();
    }
  }

  private byte[] failure(Query query) {
    counters.failures.increment();
    return query.failure();
  }

  /** What they said, in our own message: what holds from hop to hop is ours. */
  private static Message retold(Message said, Query query) {
    Message answer = query.answer(said.getRcode(), true);
    if (said.getHeader().getFlag(Flags.TC)) {
      answer.getHeader().setFlag(Flags.TC);
    }
    for (int section : SECTIONS) {
      said.getSection(section).stream()
          .filter(record -> !(record instanceof OPTRecord) && !(record instanceof TSIGRecord))
          .forEach(record -> answer.addRecord(record, section));
    }
    return answer;
  }
}
