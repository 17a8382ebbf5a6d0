package dev.zlayer.wireguard;

import dev.zlayer.crypto.Aead;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.EcnField;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One WireGuard interface without its wires: packets and the time go in, packets come out.
 *
 * <pre>
 *   packets of the host  -- seal -->  datagrams to peers
 *   packets to the host  &lt;-- open --  datagrams of peers
 *                          drain -->  handshakes, keepalives, and packets that waited for a session
 *                           tick      fires the timers; nextDeadlineNanos() says when to call it
 * </pre>
 *
 * <p>After each of {@link #seal}, {@link #open}, {@link #tick} and every change of configuration,
 * {@link #hasOutput} tells whether {@link #drain} has something to send.
 *
 * <p>{@code nowNanos} counts from an arbitrary instant before the engine was made; it isn't
 * negative and never falls. Thread safe: any number of threads may seal and open at once, each with
 * batches of its own. One lock guards handshakes, timers and configuration; packets that find a
 * session don't take it.
 */
public final class Engine implements AutoCloseable {
  /** Free bytes that a packet or a datagram needs before it, for the header and the cipher. */
  public static final int HEADROOM_BYTES = Aead.ROOM_BYTES;

  /** Free bytes that a packet or a datagram needs after it, for padding, tag and the cipher. */
  public static final int TAILROOM_BYTES = Protocol.PADDING_BYTES + Aead.ROOM_BYTES;

  /**
   * How many peers' timers a tick fires at most. Each may begin a handshake, and packet threads
   * that need the lock wait for no more than these.
   */
  static final int PEERS_A_TICK = 64;

  private final DropCounters drops = DropCounters.ofInterface();
  private final PeerTable peers = new PeerTable();
  private final Deadlines<PeerTimers> deadlines = new Deadlines<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final IndexTable indices;
  private final Handshakes handshakes;

  private volatile int mtu;
  private volatile boolean hasOutput;

  /**
   * Makes an engine without peers.
   *
   * @param privateKey who we are
   * @param wall the time of day, for the timestamps in handshakes
   * @param mtu the largest packet of the host, 1 to 65535 bytes; padding doesn't go past it
   */
  public Engine(
      Crypto crypto, Entropy entropy, InstantSource wall, PrivateKey privateKey, int mtu) {
    this(crypto, entropy, wall, mtu);
    replacePrivateKey(privateKey, 0);
  }

  /** Makes an engine without peers and without a key: it is silent until it is given one. */
  public Engine(Crypto crypto, Entropy entropy, InstantSource wall, int mtu) {
    this.mtu = requireMtu(mtu);
    this.indices = new IndexTable(entropy);
    this.handshakes = new Handshakes(crypto, entropy, wall, indices, peers, drops);
  }

  private static int requireMtu(int mtu) {
    if (mtu < 1 || mtu > 65535) {
      throw new IllegalArgumentException("an MTU of " + mtu + " bytes is not in 1..65535");
    }
    return mtu;
  }

  // Configuration.

  /** The largest packet of the host, in bytes. */
  public int mtu() {
    return mtu;
  }

  /** From now on the host's packets have at most {@code mtu} bytes, 1 to 65535. */
  public void mtu(int mtu) {
    this.mtu = requireMtu(mtu);
  }

  /**
   * Rests until {@link #resume}, as an interface that is down: all sessions end at once, no
   * handshake is begun or answered, and what waited for one is given up. Peers stay as they are.
   */
  public void pause() {
    locked(handshakes::pause);
  }

  /**
   * Ends a {@link #pause}. Peers that had a session then, or have a persistent keepalive, are
   * greeted at once: they would go on for a while in sessions that we don't know any more.
   */
  public void resume(long nowNanos) {
    locked(() -> handshakes.resume(nowNanos));
  }

  /** Our public key; empty while we have none. */
  public Optional<PublicKey> publicKey() {
    return locked(handshakes::publicKey);
  }

  /**
   * Changes our key. Sessions go on, and handshakes for the former key are answered for 180 s more.
   * A peer that has this very key is removed: it would be ourselves.
   */
  public void replacePrivateKey(PrivateKey privateKey, long nowNanos) {
    locked(() -> {
      handshakes.replaceIdentity(privateKey, nowNanos);
      handshakes.publicKey().map(peers::find).ifPresent(this::remove);
    });
  }

  /**
   * Takes our key away. All sessions end at once, and until there is a key again no handshake is
   * begun or answered; packets for peers wait as they do for a handshake.
   */
  public void removePrivateKey() {
    locked(handshakes::removeIdentity);
  }

  /**
   * Adds a peer, or changes the one with that key: preshared key, keepalive, allowed IPs and
   * confinement become those of {@code settings}; an endpoint that is absent leaves the known one.
   * An address that another peer owned is that peer's no more.
   *
   * @throws IllegalArgumentException if the key is our own
   */
  public void configure(PeerSettings settings, long nowNanos) {
    locked(() -> {
      if (handshakes.isOwn(settings.publicKey())) {
        throw new IllegalArgumentException(
            "public key " + settings.publicKey() + " is this interface's own");
      }
      Peer peer = peers.find(settings.publicKey());
      if (peer == null) {
        peer = new Peer(settings.publicKey(), indices, deadlines, drops);
        peers.add(peer);
      }
      peer.presharedKey = settings.presharedKey();
      settings.endpoint().ifPresent(peer::endpoint);
      peer.confine(settings.confinement());
      peers.own(peer, settings.allowedIps());
      setKeepalive(peer, settings.persistentKeepaliveSeconds(), nowNanos);
    });
  }

  private void setKeepalive(Peer peer, int seconds, long nowNanos) {
    if (peer.persistentKeepaliveSeconds == seconds) {
      return;
    }
    boolean turnedOn = peer.persistentKeepaliveSeconds == 0;
    peer.persistentKeepaliveSeconds = seconds;
    peer.timers().persistentKeepalive(seconds, nowNanos);
    if (turnedOn) {
      handshakes.keepalive(peer, nowNanos);
    }
  }

  /** Removes a peer: its sessions end at once. Returns whether there was one. */
  public boolean remove(PublicKey key) {
    return locked(() -> {
      Peer peer = peers.find(key);
      if (peer != null) {
        remove(peer);
      }
      return peer != null;
    });
  }

  private void remove(Peer peer) {
    handshakes.forget(peer);
    peer.timers().stop();
    peers.remove(peer);
  }

  /**
   * Gives a peer another public key; allowed IPs, confinement, endpoint, preshared key and running
   * sessions stay. A handshake that was under way with the former key is begun anew.
   *
   * @throws IllegalArgumentException if no peer has {@code former}, or one has {@code key}
   */
  public void replaceKey(PublicKey former, PublicKey key, long nowNanos) {
    locked(() -> {
      Peer peer = peers.find(former);
      if (peer == null) {
        throw new IllegalArgumentException("no peer has the public key " + former);
      }
      if (peers.find(key) != null || handshakes.isOwn(key)) {
        throw new IllegalArgumentException("the public key " + key + " is taken");
      }
      boolean underWay = peer.handshake != null;
      handshakes.abandon(peer);
      peers.rename(peer, key);
      peer.greatestTimestamp = Tai64n.EARLIEST;
      if (underWay) {
        handshakes.initiateAtOnce(peer, nowNanos);
      }
    });
  }

  /** Begins a handshake with every peer whose endpoint is known and that has no session. */
  public void initiateAll(long nowNanos) {
    // One by one: a thousand would keep packet threads waiting for a tenth of a second.
    List<Peer> all = locked(() -> List.copyOf(peers.all()));
    for (Peer peer : all) {
      locked(() -> initiate(peer, nowNanos));
    }
  }

  /** As {@link #initiateAll}, with one peer; nothing where no peer has {@code key}. */
  public void initiate(PublicKey key, long nowNanos) {
    locked(() -> {
      Peer peer = peers.find(key);
      if (peer != null) {
        initiate(peer, nowNanos);
      }
    });
  }

  private void initiate(Peer peer, long nowNanos) {
    if (peer.path() != null && peer.usableSession(nowNanos) == null) {
      handshakes.initiate(peer, nowNanos);
    }
  }

  /**
   * Begins a handshake with every peer that has a session or packets that wait for one, so that our
   * present key comes into use. Running sessions go on until then.
   */
  public void rekeyAll(long nowNanos) {
    locked(() -> {
      for (Peer peer : peers.all()) {
        if (peer.hasStaged() || peer.usableSession(nowNanos) != null) {
          handshakes.initiateAtOnce(peer, nowNanos);
        }
      }
    });
  }

  /** Every peer as it is now. */
  public List<PeerStatus> peers() {
    return locked(() -> peers.all().stream().map(Peer::status).toList());
  }

  /** The peer with {@code key} as it is now. */
  public Optional<PeerStatus> peer(PublicKey key) {
    return locked(() -> Optional.ofNullable(peers.find(key)).map(Peer::status));
  }

  /** The session that we send in to the peer with {@code key}, which there is. */
  Session currentSession(PublicKey key) {
    return locked(() -> peers.find(key).sessions().current());
  }

  /** Packets that went no further, by reason, over all peers and strangers. */
  public Map<DropReason, Long> drops() {
    return drops.snapshot();
  }

  // Packets.

  /**
   * Seals packets of the host for their peers. Those that find a session move to {@code datagrams},
   * with their endpoint; the others are staged or dropped. {@code packets} is empty afterwards.
   *
   * @param packets of which one without {@link #HEADROOM_BYTES} before it and {@link
   *     #TAILROOM_BYTES} after it is dropped
   * @param datagrams with room for as many
   */
  public void seal(PacketBatch packets, PacketBatch datagrams, long nowNanos) {
    AllowedIps<Peer> owners = peers.allowedIps();
    for (int i = 0; i < packets.size(); i++) {
      PacketBuffer packet = packets.get(i);
      if (IpHeader.totalLength(packet) == IpHeader.MALFORMED) {
        drops.count(DropReason.MALFORMED_PACKET);
        continue;
      }
      if (packet.headroom() < HEADROOM_BYTES || packet.tailroom() < TAILROOM_BYTES) {
        drops.count(DropReason.PACKET_TOO_LONG);
        continue;
      }
      Peer peer = IpHeader.ownerOfTarget(packet, owners);
      if (peer == null) {
        drops.count(DropReason.NO_ROUTE);
        continue;
      }
      Fence fence = peer.fence();
      if (fence != null && !fence.letsOut(packet)) {
        peer.drops().count(DropReason.CONFINED);
      } else if (sealNow(peer, packet, nowNanos)) {
        datagrams.move(packets, i);
      } else {
        locked(() -> handshakes.stage(peer, packet.toByteArray(), nowNanos));
      }
    }
    packets.clear();
  }

  private boolean sealNow(Peer peer, PacketBuffer packet, long nowNanos) {
    Session session = peer.usableSession(nowNanos);
    Path path = peer.path();
    int ecn = EcnField.of(packet);
    if (session == null
        || path == null
        || peer.hasStaged()
        || !session.sealing().seal(packet, mtu)) {
      return false;
    }
    packet.endpoint(path.peer());
    packet.localAddress(path.ours());
    packet.ecn(ecn);
    peer.countSentData(packet.length(), nowNanos);
    if (session.wantsRekeyOnSend(nowNanos)) {
      locked(() -> handshakes.initiate(peer, nowNanos));
    }
    return true;
  }

  /**
   * Opens datagrams of peers. Packets for the host come into {@code packets}; handshakes are taken
   * in, and everything else is dropped and counted. {@code datagrams} is empty afterwards.
   *
   * @param datagrams of which one without {@link #HEADROOM_BYTES} before it and {@link
   *     #TAILROOM_BYTES} after it may be dropped
   * @param packets with room for as many, in buffers that are as large and leave as much room
   */
  public void open(PacketBatch datagrams, PacketBatch packets, long nowNanos) {
    for (int i = 0; i < datagrams.size(); i++) {
      PacketBuffer datagram = datagrams.get(i);
      int type = datagram.length() < Integer.BYTES ? 0 : datagram.getIntLittleEndian(0);
      if (type == Protocol.TYPE_TRANSPORT) {
        if (!openTransport(datagram, packets.add(), nowNanos)) {
          packets.removeLast();
        }
      } else {
        openHandshake(type, datagram, nowNanos);
      }
    }
    datagrams.clear();
  }

  /** Whether a packet for the host was in the message, which then is in {@code packet}. */
  private boolean openTransport(PacketBuffer message, PacketBuffer packet, long nowNanos) {
    if (message.length() < Protocol.KEEPALIVE_BYTES) {
      drops.count(DropReason.MALFORMED_MESSAGE);
      return false;
    }
    if (!(indices.find(message.getIntLittleEndian(4)) instanceof Session session)) {
      drops.count(DropReason.UNKNOWN_INDEX);
      return false;
    }
    if (!OpeningKey.hasRoom(message, packet)) {
      drops.count(DropReason.PACKET_TOO_LONG);
      return false;
    }
    Peer peer = session.peer();
    OpeningKey.Outcome outcome =
        session.isExpired(nowNanos)
            ? OpeningKey.Outcome.ERASED
            : session.opening().open(message, packet);
    switch (outcome) {
      case ERASED -> peer.drops().count(DropReason.SESSION_EXPIRED);
      case WRONG_TAG -> peer.drops().count(DropReason.WRONG_TAG);
      case REPLAYED -> peer.drops().count(DropReason.REPLAYED);
      case OPENED -> {
        peer.countReceived(message.length(), message.endpoint(), message.localAddress(), nowNanos);
        renew(peer, session, nowNanos);
        packet.ecn(message.ecn());
        return packet.length() > 0 && admit(peer, packet, nowNanos);
      }
    }
    return false;
  }

  /** What an authentic message means for the peer's sessions. */
  private void renew(Peer peer, Session session, long nowNanos) {
    if (peer.sessions().isNext(session)) {
      locked(() -> handshakes.confirm(peer, session));
    }
    Session current = peer.sessions().current();
    if (current != null
        && current.wantsRekeyOnReceive(session, nowNanos)
        && !peer.rekeyedOnReceive()) {
      locked(() -> handshakes.rekeyOnReceive(peer, nowNanos));
    }
  }

  /**
   * Whether the packet inside is whole, comes from an address that its peer owns, and goes to where
   * its peer may reach.
   */
  private boolean admit(Peer peer, PacketBuffer packet, long nowNanos) {
    peer.timers().dataReceived(nowNanos);
    int bytes = IpHeader.totalLength(packet);
    if (bytes == IpHeader.MALFORMED) {
      peer.drops().count(DropReason.MALFORMED_PACKET);
      return false;
    }
    if (IpHeader.ownerOfSource(packet, peers.allowedIps()) != peer) {
      peer.drops().count(DropReason.SOURCE_NOT_ALLOWED);
      return false;
    }
    Fence fence = peer.fence();
    if (fence != null && !fence.letsIn(packet)) {
      peer.drops().count(DropReason.CONFINED);
      return false;
    }
    if (!Ecn.decapsulate(packet)) {
      peer.drops().count(DropReason.CONGESTION);
      return false;
    }
    packet.length(bytes);
    return true;
  }

  private void openHandshake(int type, PacketBuffer datagram, long nowNanos) {
    int bytes = datagram.length();
    if (type == Protocol.TYPE_INITIATION && bytes == Protocol.INITIATION_BYTES) {
      byte[] message = datagram.toByteArray();
      Path source = new Path(datagram.endpoint(), datagram.localAddress());
      locked(() -> handshakes.receiveInitiation(message, source, nowNanos));
    } else if (type == Protocol.TYPE_RESPONSE && bytes == Protocol.RESPONSE_BYTES) {
      byte[] message = datagram.toByteArray();
      Path source = new Path(datagram.endpoint(), datagram.localAddress());
      int receiverIndex = datagram.getIntLittleEndian(8);
      locked(() -> handshakes.receiveResponse(message, receiverIndex, source, nowNanos));
    } else if (type == Protocol.TYPE_COOKIE_REPLY && bytes == Protocol.COOKIE_REPLY_BYTES) {
      byte[] message = datagram.toByteArray();
      int receiverIndex = datagram.getIntLittleEndian(4);
      locked(() -> handshakes.receiveCookieReply(message, receiverIndex, nowNanos));
    } else {
      drops.count(DropReason.MALFORMED_MESSAGE);
    }
  }

  // Time and output.

  /** When {@link #tick} has something to do; {@link Long#MAX_VALUE} if nothing is awaited. */
  public long nextDeadlineNanos() {
    return deadlines.earliestNanos();
  }

  /**
   * Fires the timers that are due, of {@link #PEERS_A_TICK} peers at most: where there are more,
   * {@link #nextDeadlineNanos} stays in the past. Calling it early does no harm.
   */
  public void tick(long nowNanos) {
    locked(() -> {
      for (int i = 0; i < PEERS_A_TICK; i++) {
        PeerTimers timers = deadlines.takeDue(nowNanos);
        if (timers == null) {
          return;
        }
        handshakes.fireTimers(timers, nowNanos);
        timers.wind();
      }
    });
  }

  /** Whether {@link #drain} has something to send. */
  public boolean hasOutput() {
    return hasOutput;
  }

  /**
   * Adds to {@code datagrams} what waits to be sent, with endpoints, as far as there is room.
   *
   * @param datagrams whose buffers are as large as those of the packets that were sealed
   * @return whether something is left that there was no room for
   */
  public boolean drain(PacketBatch datagrams, long nowNanos) {
    return locked(() -> {
      handshakes.drain(datagrams, mtu, nowNanos);
      return handshakes.hasOutput();
    });
  }

  /**
   * Erases all sessions and handshakes, and gives up what waits for them. The peers stay, to be
   * asked about.
   */
  @Override
  public void close() {
    locked(() -> peers.all().forEach(handshakes::forget));
  }

  private void locked(Runnable change) {
    locked(() -> {
      change.run();
      return true;
    });
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      hasOutput = handshakes.hasOutput();
      lock.unlock();
    }
  }
}
