package dev.zlayer.wireguard;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.LocalAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What the engine knows of one peer.
 *
 * <p>Packet threads read and write the volatile and atomic fields; all others belong to the
 * engine's lock.
 */
final class Peer {
  private final Sessions sessions;
  private final PeerTimers timers;
  private final StaticAgreement staticAgreement = new StaticAgreement();
  private final DropCounters drops;
  private final AtomicLong receivedBytes = new AtomicLong();
  private final AtomicLong sentBytes = new AtomicLong();

  private volatile PublicKey publicKey;

  /** Null while we don't know where it is. */
  private final AtomicReference<Path> path = new AtomicReference<>();

  /** Null for a peer that isn't confined. */
  private volatile Fence fence;

  private volatile boolean hasStaged;
  private volatile boolean rekeyedOnReceive;

  PresharedKey presharedKey = PresharedKey.NONE;
  int persistentKeepaliveSeconds;
  SequencedSet<Cidr> allowedIps = new LinkedHashSet<>();

  /** The handshake that we began and whose answer we await, or null. */
  InitiatorHandshake handshake;

  /** Whether there was a session when the engine was paused. */
  boolean interrupted;

  long attemptsSinceNanos;
  long handshakeSentNanos = -Protocol.REKEY_TIMEOUT_NANOS;
  long initiationReceivedNanos = -Protocol.INITIATION_INTERVAL_NANOS;
  Tai64n greatestTimestamp = Tai64n.EARLIEST;
  Tai64n sentTimestamp = Tai64n.EARLIEST;
  Optional<Instant> lastHandshake = Optional.empty();
  long handshakes;

  /** What the peer gave us to show that we are where we seem to be. */
  final HeldCookie cookie = new HeldCookie();

  /** Packets that wait for a session; an empty one is a keepalive. */
  private final ArrayDeque<byte[]> staged = new ArrayDeque<>();

  Peer(
      PublicKey publicKey,
      IndexTable indices,
      Deadlines<PeerTimers> deadlines,
      DropCounters interfaceDrops) {
    this.drops = DropCounters.ofPeer(interfaceDrops);
    this.publicKey = publicKey;
    this.sessions = new Sessions(indices);
    this.timers = new PeerTimers(this, deadlines);
  }

  PublicKey publicKey() {
    return publicKey;
  }

  void publicKey(PublicKey key) {
    publicKey = key;
    staticAgreement.erase();
  }

  StaticAgreement staticAgreement() {
    return staticAgreement;
  }

  Sessions sessions() {
    return sessions;
  }

  PeerTimers timers() {
    return timers;
  }

  DropCounters drops() {
    return drops;
  }

  /** Where to send, or null while it isn't known. */
  Path path() {
    return path.get();
  }

  /** The peer is said to be at {@code endpoint}: it is sent to there from any of our addresses. */
  void endpoint(Endpoint endpoint) {
    path.set(Path.to(endpoint));
  }

  /** Lets the routes choose again which of our addresses we send from. */
  void forgetLocalAddress() {
    Path known = path.get();
    if (known != null) {
      path.compareAndSet(known, Path.to(known.peer())); // or the peer was heard elsewhere meanwhile
    }
  }

  /** The peer was heard: it is sent back to where that came from. */
  private void heardFrom(Endpoint peer, LocalAddress ours) {
    Path known = path.get();
    if (known == null || !known.is(peer, ours)) {
      path.set(new Path(peer, ours));
    }
  }

  /** What a confined peer's packets must pass, both ways, or null. */
  Fence fence() {
    return fence;
  }

  /** Confines the peer or frees it. Packets that wait passed no such fence: they are given up. */
  void confine(Optional<Confinement> confinement) {
    if (confinement.equals(confinement())) {
      return;
    }
    fence = confinement.map(Fence::new).orElse(null);
    if (confinement.isPresent()) {
      dropStaged(DropReason.CONFINED);
    }
  }

  private Optional<Confinement> confinement() {
    return Optional.ofNullable(fence).map(Fence::confinement);
  }

  boolean hasStaged() {
    return hasStaged;
  }

  /** Whether an old session's rekey was already begun because of what came in through it. */
  boolean rekeyedOnReceive() {
    return rekeyedOnReceive;
  }

  void rekeyedOnReceive(boolean value) {
    rekeyedOnReceive = value;
  }

  /** The session to send in, or null where there is none, or none that may still be used. */
  Session usableSession(long nowNanos) {
    Session session = sessions.current();
    return session == null || session.isExpired(nowNanos) ? null : session;
  }

  /** A message with a packet in it was sent. */
  void countSentData(int messageBytes, long nowNanos) {
    sentBytes.addAndGet(messageBytes);
    timers.dataSent(nowNanos);
    timers.packetSent(nowNanos);
  }

  void countSentKeepalive(int messageBytes, long nowNanos) {
    sentBytes.addAndGet(messageBytes);
    timers.keepaliveSent(nowNanos);
  }

  void countSentHandshake(int messageBytes, long nowNanos) {
    sentBytes.addAndGet(messageBytes);
    timers.packetSent(nowNanos);
  }

  /** An authentic message of {@code bytes} was received. */
  void countReceived(int bytes, Endpoint source, LocalAddress target, long nowNanos) {
    receivedBytes.addAndGet(bytes);
    heardFrom(source, target);
    timers.packetReceived(nowNanos);
  }

  /** Adds a packet at the end; the oldest gives way where there are too many. */
  void stage(byte[] packet) {
    if (staged.size() == Protocol.MAX_STAGED) {
      staged.removeFirst();
      drops.count(DropReason.STAGING_FULL);
    }
    staged.addLast(packet);
    hasStaged = true;
  }

  /** The oldest staged packet, which stays, or null. */
  byte[] firstStaged() {
    return staged.peekFirst();
  }

  void removeFirstStaged() {
    staged.removeFirst();
    hasStaged = !staged.isEmpty();
  }

  /** Gives up all staged packets. */
  void dropStaged(DropReason reason) {
    long data = staged.stream().filter(packet -> packet.length > 0).count();
    if (data > 0) {
      drops.count(reason, data);
    }
    staged.clear();
    hasStaged = false;
  }

  PeerStatus status() {
    return new PeerStatus(
        new PeerSettings(
            publicKey,
            presharedKey,
            Optional.ofNullable(path.get()).map(Path::peer),
            persistentKeepaliveSeconds,
            allowedIps,
            confinement()),
        lastHandshake,
        handshakes,
        receivedBytes.get(),
        sentBytes.get(),
        sessions.receivedMessages(),
        sessions.sentMessages(),
        drops.snapshot());
  }
}
