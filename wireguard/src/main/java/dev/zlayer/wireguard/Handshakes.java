package dev.zlayer.wireguard;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.EcnField;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * The slow half of the protocol: makes and answers handshakes, turns them into sessions, fires
 * timers, and keeps what waits to be sent because of them.
 *
 * <p>Every method is called under the engine's lock.
 */
final class Handshakes {
  /** A handshake message that waits to be sent. */
  private record Outgoing(byte[] message, Path path) {}

  private final Crypto crypto;
  private final Entropy entropy;
  private final InstantSource wall;
  private final IndexTable indices;
  private final PeerTable peers;
  private final DropCounters drops;
  private final HandshakeGate gate;

  /** Who we are; without it nothing is begun or answered. */
  private Optional<Identity> identity = Optional.empty();

  private Optional<Identity> previousIdentity = Optional.empty();
  private long previousIdentityUntilNanos;
  private long sessionsMade;

  /** While the interface is down nothing is begun or answered. */
  private boolean paused;

  /** Bounded by one initiation a peer and one answer a handshake message of a batch. */
  private final ArrayDeque<Outgoing> outgoing = new ArrayDeque<>();

  /** Peers with staged packets and, as far as is known, a session for them. */
  private final SequencedSet<Peer> ready = new LinkedHashSet<>();

  Handshakes(
      Crypto crypto,
      Entropy entropy,
      InstantSource wall,
      IndexTable indices,
      PeerTable peers,
      DropCounters drops) {
    this.crypto = crypto;
    this.entropy = entropy;
    this.wall = wall;
    this.indices = indices;
    this.peers = peers;
    this.drops = drops;
    this.gate = new HandshakeGate(crypto, entropy);
  }

  Optional<PublicKey> publicKey() {
    return identity.map(Identity::publicKey);
  }

  boolean isOwn(PublicKey key) {
    return publicKey().equals(Optional.of(key));
  }

  /**
   * Changes our key, if it is another; the former one goes on answering for {@code
   * PREVIOUS_IDENTITY_NANOS}.
   */
  void replaceIdentity(PrivateKey privateKey, long nowNanos) {
    Identity replacement = new Identity(crypto, privateKey);
    if (isOwn(replacement.publicKey())) {
      return;
    }
    previousIdentity = identity;
    previousIdentityUntilNanos = nowNanos + Protocol.PREVIOUS_IDENTITY_NANOS;
    identity = Optional.of(replacement);
    peers.all().forEach(peer -> peer.staticAgreement().erase());
  }

  /** Takes our keys away, and with them everything that was agreed on; what is staged waits on. */
  void removeIdentity() {
    identity = Optional.empty();
    previousIdentity = Optional.empty();
    for (Peer peer : peers.all()) {
      abandon(peer);
      peer.sessions().clear();
      peer.staticAgreement().erase();
    }
    outgoing.clear();
    ready.clear();
  }

  void pause() {
    paused = true;
    for (Peer peer : peers.all()) {
      peer.interrupted = peer.sessions().current() != null;
      forget(peer);
      peer.handshakeSentNanos = -Protocol.REKEY_TIMEOUT_NANOS;
    }
    outgoing.clear();
  }

  void resume(long nowNanos) {
    paused = false;
    for (Peer peer : peers.all()) {
      if (peer.persistentKeepaliveSeconds > 0 || peer.interrupted || peer.hasStaged()) {
        keepalive(peer, nowNanos);
      }
      peer.interrupted = false;
    }
  }

  /** Forgets the handshake that is under way with a peer. */
  void abandon(Peer peer) {
    if (peer.handshake != null) {
      indices.remove(peer.handshake);
      peer.handshake.erase();
      peer.handshake = null;
    }
    peer.timers().handshakeOver();
  }

  /** Erases everything that was agreed on with a peer. */
  void forget(Peer peer) {
    abandon(peer);
    peer.sessions().clear();
    peer.staticAgreement().erase();
    peer.dropStaged(DropReason.NO_ROUTE);
    ready.remove(peer);
  }

  // What packet threads ask for.

  /** Keeps a packet until there is a session, and sees to it that there will be one. */
  void stage(Peer peer, byte[] packet, long nowNanos) {
    if (!peers.has(peer)) {
      drops.count(DropReason.NO_ROUTE);
      return;
    }
    if (peer.path() == null) {
      if (packet.length > 0) {
        peer.drops().count(DropReason.NO_ENDPOINT);
      }
      return;
    }
    peer.stage(packet);
    if (peer.usableSession(nowNanos) != null) {
      ready.add(peer);
    } else {
      initiate(peer, nowNanos);
    }
  }

  /** Sends a sign of life; what is staged already is one. */
  void keepalive(Peer peer, long nowNanos) {
    if (!peer.hasStaged()) {
      stage(peer, new byte[0], nowNanos);
    } else if (peer.usableSession(nowNanos) != null) {
      ready.add(peer);
    } else {
      initiate(peer, nowNanos);
    }
  }

  /**
   * Begins a handshake, unless the peer was removed: at once, or, where one was begun or answered
   * within Rekey-Timeout, when that has come to nothing.
   */
  void initiate(Peer peer, long nowNanos) {
    if (!peers.has(peer)) {
      return;
    }
    peer.attemptsSinceNanos = nowNanos;
    sendInitiation(peer, nowNanos);
  }

  /** As {@link #initiate}, however short a time ago the last handshake was begun. */
  void initiateAtOnce(Peer peer, long nowNanos) {
    peer.handshakeSentNanos = nowNanos - Protocol.REKEY_TIMEOUT_NANOS;
    initiate(peer, nowNanos);
  }

  /** A late chance to renew the session, taken once a session (section 6.2). */
  void rekeyOnReceive(Peer peer, long nowNanos) {
    if (!peer.rekeyedOnReceive()) {
      peer.rekeyedOnReceive(true);
      initiate(peer, nowNanos);
    }
  }

  /** The peer has used a session that waited for it: it is confirmed, and we may send in it. */
  void confirm(Peer peer, Session session) {
    boolean peerPrevails =
        publicKey().map(ours -> peer.publicKey().compareTo(ours) > 0).orElse(true);
    if (peer.sessions().confirm(session, peerPrevails)) {
      completed(peer);
      if (peer.hasStaged()) {
        ready.add(peer);
      }
    }
  }

  private void completed(Peer peer) {
    abandon(peer);
    peer.rekeyedOnReceive(false);
    peer.lastHandshake = Optional.of(wall.instant());
    peer.handshakes++;
  }

  // Messages out.

  private void sendInitiation(Peer peer, long nowNanos) {
    Path path = peer.path();
    if (path == null || identity.isEmpty() || paused) {
      return;
    }
    if (nowNanos - peer.handshakeSentNanos < Protocol.REKEY_TIMEOUT_NANOS) {
      if (!peer.timers().willRetry()) {
        peer.timers().retryAfter(peer.handshakeSentNanos, jitterNanos());
      }
      return;
    }
    Identity ours = identity.get();
    abandon(peer);
    Tai64n timestamp = Tai64n.of(wall.instant());
    if (timestamp.compareTo(peer.sentTimestamp) <= 0) {
      timestamp = peer.sentTimestamp.next();
    }
    Optional<InitiatorHandshake> begun =
        InitiatorHandshake.begin(crypto, entropy, ours, peer, indices.freeIndex(), timestamp);
    if (begun.isEmpty()) {
      peer.drops().count(DropReason.HANDSHAKE_FAILED);
      return;
    }
    peer.handshake = begun.get();
    peer.sentTimestamp = timestamp;
    indices.put(peer.handshake);
    peer.cookie.stamp(peer.handshake.message(), nowNanos);
    send(peer, peer.handshake.message(), path, nowNanos);
    peer.timers().retryAfter(nowNanos, jitterNanos());
  }

  private void send(Peer peer, byte[] message, Path path, long nowNanos) {
    outgoing.add(new Outgoing(message, path));
    peer.handshakeSentNanos = nowNanos;
    peer.countSentHandshake(message.length, nowNanos);
  }

  private int jitterNanos() {
    byte[] random = new byte[Integer.BYTES];
    entropy.fill(random);
    return Integer.remainderUnsigned(ByteBuffer.wrap(random).getInt(), Protocol.REKEY_JITTER_NANOS);
  }

  // Messages in.

  /** Takes the first message of a peer's handshake, and answers it. */
  void receiveInitiation(byte[] message, Path source, long nowNanos) {
    if (paused) {
      drops.count(DropReason.INTERFACE_DOWN);
      return;
    }
    Identity addressee = addressee(message, nowNanos);
    if (addressee == null) {
      drops.count(DropReason.WRONG_MAC1);
      return;
    }
    if (passes(message, addressee, source, nowNanos)
        && !answer(addressee, message, source, nowNanos)) {
      gate.countVain(nowNanos);
    }
  }

  /** Whether a session came of the initiation. */
  private boolean answer(Identity addressee, byte[] message, Path source, long nowNanos) {
    Optional<ResponderHandshake> read = ResponderHandshake.read(crypto, addressee, message);
    if (read.isEmpty()) {
      drops.count(DropReason.HANDSHAKE_FAILED);
      return false;
    }
    try (ResponderHandshake handshake = read.get()) {
      return answer(handshake, message, source, nowNanos);
    }
  }

  private boolean answer(ResponderHandshake handshake, byte[] message, Path source, long nowNanos) {
    Peer peer = peers.find(handshake.initiator());
    if (peer == null) {
      drops.count(DropReason.UNKNOWN_PEER);
      return false;
    }
    Optional<Tai64n> timestamp = handshake.timestamp(peer.staticAgreement());
    Optional<DropReason> refusal = refusal(peer, timestamp, nowNanos);
    if (refusal.isPresent()) {
      peer.drops().count(refusal.get());
      return false;
    }
    Optional<ResponderHandshake.Answer> answer =
        handshake.answer(entropy, indices.freeIndex(), peer.presharedKey);
    if (answer.isEmpty()) {
      peer.drops().count(DropReason.HANDSHAKE_FAILED);
      return false;
    }
    peer.greatestTimestamp = timestamp.orElseThrow();
    peer.initiationReceivedNanos = nowNanos;
    peer.countReceived(message.length, source.peer(), source.ours(), nowNanos);
    peer.sessions().offer(session(peer, answer.get().keys(), false, nowNanos));
    peer.cookie.stamp(answer.get().message(), nowNanos);
    send(peer, answer.get().message(), source, nowNanos);
    return true;
  }

  private static Optional<DropReason> refusal(
      Peer peer, Optional<Tai64n> timestamp, long nowNanos) {
    if (timestamp.isEmpty()) {
      return Optional.of(DropReason.HANDSHAKE_FAILED);
    }
    if (timestamp.get().compareTo(peer.greatestTimestamp) <= 0) {
      return Optional.of(DropReason.HANDSHAKE_REPLAYED);
    }
    return nowNanos - peer.initiationReceivedNanos < Protocol.INITIATION_INTERVAL_NANOS
        ? Optional.of(DropReason.HANDSHAKE_FLOOD)
        : Optional.empty();
  }

  /** Takes the answer to a handshake that we began, and confirms it by sending something. */
  void receiveResponse(byte[] message, int receiverIndex, Path source, long nowNanos) {
    if (!(indices.find(receiverIndex) instanceof InitiatorHandshake handshake)) {
      drops.count(DropReason.UNKNOWN_INDEX);
      return;
    }
    Peer peer = handshake.peer();
    if (!handshake.identity().isAddressee(message)) {
      peer.drops().count(DropReason.WRONG_MAC1);
      return;
    }
    // One answer is what we asked for, from however many peers at once; more of them are load.
    if (!handshake.takeFirstAnswer() && !passes(message, handshake.identity(), source, nowNanos)) {
      return;
    }
    Optional<TransportKeys> keys = handshake.finish(crypto, message, peer.presharedKey);
    if (keys.isEmpty()) {
      peer.drops().count(DropReason.HANDSHAKE_FAILED);
      gate.countVain(nowNanos);
      return;
    }
    peer.countReceived(message.length, source.peer(), source.ours(), nowNanos);
    completed(peer);
    peer.sessions().install(session(peer, keys.get(), true, nowNanos), nowNanos);
    keepalive(peer, nowNanos);
  }

  /** Takes the cookie of a peer under load; it goes into our next message to that peer. */
  void receiveCookieReply(byte[] message, int receiverIndex, long nowNanos) {
    Receiver receiver = indices.find(receiverIndex);
    if (receiver == null) {
      drops.count(DropReason.UNKNOWN_INDEX);
      return;
    }
    Peer peer = receiver.peer();
    if (!peer.cookie.accept(crypto, message, peer.publicKey(), nowNanos)) {
      peer.drops().count(DropReason.WRONG_COOKIE_REPLY);
    }
  }

  /** Whether a message may go on; where it lacks a cookie its sender is told. */
  private boolean passes(byte[] message, Identity addressee, Path source, long nowNanos) {
    return switch (gate.judge(message, addressee, source.peer(), nowNanos)) {
      case HandshakeGate.Pass _ -> true;
      case HandshakeGate.DemandCookie(byte[] reply) -> {
        drops.count(DropReason.COOKIE_DEMANDED);
        outgoing.add(new Outgoing(reply, source));
        yield false;
      }
      case HandshakeGate.Limit _ -> {
        drops.count(DropReason.RATE_LIMITED);
        yield false;
      }
    };
  }

  private Session session(Peer peer, TransportKeys keys, boolean isInitiator, long nowNanos) {
    peer.timers().sessionDerived(nowNanos);
    return new Session(crypto, peer, keys, isInitiator, ++sessionsMade, nowNanos);
  }

  private Identity addressee(byte[] message, long nowNanos) {
    if (nowNanos >= previousIdentityUntilNanos) {
      previousIdentity = Optional.empty();
    }
    return identity
        .filter(present -> present.isAddressee(message))
        .or(() -> previousIdentity.filter(previous -> previous.isAddressee(message)))
        .orElse(null);
  }

  // Time.

  /** Fires what is due with one peer (section 6). */
  void fireTimers(PeerTimers timers, long nowNanos) {
    Peer peer = timers.peer();
    if (timers.retransmitDue(nowNanos)) {
      if (nowNanos - peer.attemptsSinceNanos >= Protocol.REKEY_ATTEMPT_NANOS) {
        abandon(peer);
        peer.dropStaged(DropReason.HANDSHAKE_TIMEOUT);
        ready.remove(peer);
        timers.handshakeGivenUp(nowNanos);
      } else {
        timers.handshakeOver();
        // What we sent may be lost because of where it was sent from; so below.
        peer.forgetLocalAddress();
        sendInitiation(peer, nowNanos);
      }
    }
    if (timers.takeKeepalive(nowNanos)) {
      keepalive(peer, nowNanos);
    }
    if (timers.takeNewHandshake(nowNanos)) {
      peer.forgetLocalAddress();
      initiate(peer, nowNanos);
    }
    if (timers.takeZeroKeys(nowNanos)) {
      peer.sessions().clear();
    }
    if (timers.takePersistentKeepalive(nowNanos)) {
      keepalive(peer, nowNanos);
    }
  }

  // What waits to be sent.

  boolean hasOutput() {
    return !outgoing.isEmpty() || !ready.isEmpty();
  }

  /** Moves what waits into {@code datagrams}, as far as there is room. */
  void drain(PacketBatch datagrams, int mtu, long nowNanos) {
    while (!datagrams.isFull() && !outgoing.isEmpty()) {
      Outgoing next = outgoing.remove();
      PacketBuffer datagram = datagrams.add();
      datagram.copyFrom(next.message());
      address(datagram, next.path());
    }
    while (!datagrams.isFull() && !ready.isEmpty()) {
      Peer peer = ready.getFirst();
      byte[] packet = peer.firstStaged();
      if (packet == null || !sealStaged(peer, packet, datagrams, mtu, nowNanos)) {
        ready.remove(peer);
      }
    }
  }

  private static void address(PacketBuffer datagram, Path path) {
    datagram.endpoint(path.peer());
    datagram.localAddress(path.ours());
  }

  private boolean sealStaged(
      Peer peer, byte[] packet, PacketBatch datagrams, int mtu, long nowNanos) {
    Session session = peer.usableSession(nowNanos);
    PacketBuffer datagram = datagrams.add();
    datagram.copyFrom(packet);
    int ecn = packet.length == 0 ? 0 : EcnField.of(datagram);
    if (session == null || !session.sealing().seal(datagram, mtu)) {
      datagrams.removeLast();
      initiate(peer, nowNanos);
      return false;
    }
    peer.removeFirstStaged();
    address(datagram, peer.path());
    datagram.ecn(ecn);
    if (packet.length == 0) {
      peer.countSentKeepalive(datagram.length(), nowNanos);
    } else {
      peer.countSentData(datagram.length(), nowNanos);
    }
    if (session.wantsRekeyOnSend(nowNanos)) {
      initiate(peer, nowNanos);
    }
    return true;
  }
}
