package dev.zlayer.overlay.dns;

import dev.zlayer.overlay.dns.zone.Query;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/**
 * One question to several name servers: the next one is asked when the last one hasn't answered in
 * a while, or has failed, and the first useful answer counts. For one thread, once.
 *
 * <p>Each question has a socket and so a port of its own, and a random id: whoever can't read along
 * would have to guess both.
 */
final class UpstreamExchange {
  /** How long all of it may take: a client hears of a failure within 2 s. */
  private static final Duration BUDGET = Duration.ofMillis(1700);

  private static final Duration STEP = Duration.ofMillis(400);
  private static final int MAX_UDP_BYTES = 4096;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Query query;
  private final List<InetSocketAddress> upstreams;
  private final long deadlineNanos = System.nanoTime() + BUDGET.toNanos();
  private final long stepNanos;
  private final int id = RANDOM.nextInt(1 << 16);
  private final Set<Integer> asked = new HashSet<>();
  private final Set<Integer> failed = new HashSet<>();
  private int next;
  private int answeredBy;

  /**
   * An exchange.
   *
   * @param first the index of the one that is asked first
   */
  UpstreamExchange(Query query, List<InetSocketAddress> upstreams, int first) {
    this.query = query;
    this.upstreams = upstreams;
    this.stepNanos = Math.min(STEP.toNanos(), BUDGET.toNanos() / Math.max(1, upstreams.size()));
    this.next = upstreams.isEmpty() ? 0 : (first + upstreams.size() - 1) % upstreams.size();
  }

  /** The answer; empty when nobody has one in time. */
  Optional<Message> run() {
    try (DatagramSocket socket = new DatagramSocket()) {
      return run(socket);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The index of the one whose answer it was. */
  int answeredBy() {
    return answeredBy;
  }

  private Optional<Message> run(DatagramSocket socket) throws IOException {
    long nextNanos = System.nanoTime();
    while (failed.size() < upstreams.size()) {
      long now = System.nanoTime();
      if (now - deadlineNanos >= 0) {
        return Optional.empty();
      }
      if (now - nextNanos >= 0) {
        if (!askNext(socket)) {
          continue;
        }
        nextNanos = now + stepNanos;
      }
      Optional<Message> answer = receive(socket, Math.min(nextNanos, deadlineNanos) - now);
      if (answer.isPresent() && isUseful(answer.get())) {
        return answer.get().getHeader().getFlag(Flags.TC) && !query.isOverUdp()
            ? overTcp(upstreams.get(answeredBy))
            : answer;
      }
      if (answer.isPresent()) {
        failed.add(answeredBy);
        nextNanos = System.nanoTime();
      }
    }
    return Optional.empty();
  }

  /** Says whether the question is on its way. */
  private boolean askNext(DatagramSocket socket) {
    do {
      next = (next + 1) % upstreams.size();
    } while (failed.contains(next));
    byte[] question = question().toWire();
    try {
      asked.add(next);
      socket.send(new DatagramPacket(question, question.length, upstreams.get(next)));
      return true;
    } catch (IOException unreachable) {
      failed.add(next);
      return false;
    }
  }

  private Message question() {
    Message question = new Message(id);
    question.getHeader().setFlag(Flags.RD);
    if (query.header().getFlag(Flags.CD)) {
      question.getHeader().setFlag(Flags.CD);
    }
    question.addRecord(query.question(), Section.QUESTION);
    query
        .edns()
        .ifPresent(edns ->
            question.addRecord(
                new OPTRecord(Query.MAX_UDP_BYTES, 0, 0, edns.getFlags() & ExtendedFlags.DO),
                Section.ADDITIONAL));
    return question;
  }

  private Optional<Message> receive(DatagramSocket socket, long nanos) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_UDP_BYTES], MAX_UDP_BYTES);
    socket.setSoTimeout(Math.toIntExact(nanos / 1_000_000 + 1));
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException nobody) {
      return Optional.empty();
    }
    OptionalInt source =
        asked.stream()
            .mapToInt(Integer::intValue)
            .filter(index -> upstreams.get(index).equals(packet.getSocketAddress()))
            .findFirst();
    if (source.isEmpty()) {
      return Optional.empty();
    }
    Optional<Message> answer = parsed(Arrays.copyOf(packet.getData(), packet.getLength()));
    answer.ifPresent(known -> answeredBy = source.getAsInt());
    return answer;
  }

  /** The answer to our question; empty for anything else. */
  private Optional<Message> parsed(byte[] wire) {
    try {
      Message answer = new Message(wire);
      boolean fits =
          answer.getHeader().getID() == id
              && answer.getHeader().getFlag(Flags.QR)
              && query.question().equals(answer.getQuestion());
      return fits ? Optional.of(answer) : Optional.empty();
    } catch (IOException | RuntimeException malformed) {
      // dnsjava's own checks of records throw both.
      return Optional.empty();
    }
  }

  private static boolean isUseful(Message answer) {
    return answer.getRcode() == Rcode.NOERROR || answer.getRcode() == Rcode.NXDOMAIN;
  }

  private Optional<Message> overTcp(InetSocketAddress upstream) {
    try (Socket socket = new Socket()) {
      socket.connect(upstream, millisLeft());
      byte[] question = question().toWire();
      socket
          .getOutputStream()
          .write(
              ByteBuffer.allocate(Short.BYTES + question.length)
                  .putShort((short) question.length)
                  .put(question)
                  .array());
      socket.setSoTimeout(millisLeft());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] answer = new byte[in.readUnsignedShort()];
      in.readFully(answer);
      return parsed(answer).filter(UpstreamExchange::isUseful);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private int millisLeft() throws SocketTimeoutException {
    long millis = (deadlineNanos - System.nanoTime()) / 1_000_000;
    if (millis < 1) {
      throw new SocketTimeoutException("no time is left");
    }
    return Math.toIntExact(millis);
  }
}
