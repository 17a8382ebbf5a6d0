package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.testkit.FuzzInput;
import java.lang.foreign.Arena;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Any bytes as a packet, beside a table of any prefixes: held to a plain search of the prefixes,
 * and to a reading of the ports by way of the packet's parts.
 */
final class IpHeaderFuzz {
  private static final int MAX_PREFIXES = 12;
  private static final PacketBuffer PACKET = PacketBuffer.allocate(Arena.ofAuto(), 4096);

  private IpHeaderFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) throws UnknownHostException {
    FuzzInput input = new FuzzInput(data);
    Set<Cidr> prefixes = prefixes(input);
    AllowedIps<Cidr> table = AllowedIps.empty();
    for (Cidr prefix : prefixes) {
      table = table.with(prefix, prefix);
    }
    byte[] bytes = input.string(2000);
    PACKET.clear(Engine.HEADROOM_BYTES);
    PACKET.copyFrom(bytes);
    int length = IpHeader.totalLength(PACKET);
    if (length == IpHeader.MALFORMED) {
      return;
    }
    assertTrue(length >= 20 && length <= bytes.length);
    boolean ipv4 = bytes[0] >>> 4 == 4;
    byte[] source = new byte[ipv4 ? 4 : 16];
    byte[] target = new byte[source.length];
    System.arraycopy(bytes, ipv4 ? 12 : 8, source, 0, source.length);
    System.arraycopy(bytes, ipv4 ? 16 : 24, target, 0, target.length);
    assertEquals(longest(prefixes, source), IpHeader.ownerOfSource(PACKET, table));
    assertEquals(longest(prefixes, target), IpHeader.ownerOfTarget(PACKET, table));
    ByteBuffer segment = tcpSegment(ByteBuffer.wrap(bytes, 0, length));
    boolean hasPorts = segment.remaining() >= 4;
    assertEquals(hasPorts ? segment.getChar() : IpHeader.NO_PORT, IpHeader.tcpSourcePort(PACKET));
    assertEquals(hasPorts ? segment.getChar() : IpHeader.NO_PORT, IpHeader.tcpTargetPort(PACKET));
  }

  /** What a packet of TCP carries; nothing for any other, and for a fragment. */
  private static ByteBuffer tcpSegment(ByteBuffer packet) {
    ByteBuffer none = ByteBuffer.allocate(0);
    int first = packet.get();
    if (first >>> 4 == 6) {
      return packet.get(6) == 6 ? packet.position(40) : none;
    }
    int words = first & 15;
    boolean moreFragments = (packet.get(6) & 0x20) != 0;
    int fragmentOffset = packet.getShort(6) & 0x1fff;
    if (packet.get(9) != 6 || moreFragments || fragmentOffset != 0 || words < 5) {
      return none;
    }
    return words * 4 <= packet.limit() ? packet.position(words * 4) : none;
  }

  private static Set<Cidr> prefixes(FuzzInput input) throws UnknownHostException {
    Set<Cidr> prefixes = new LinkedHashSet<>();
    for (int left = input.below(MAX_PREFIXES); left > 0; left--) {
      int bytes = input.below(2) == 0 ? 4 : 16;
      InetAddress address = InetAddress.getByAddress(input.bytes(bytes));
      int bits = address.getAddress().length * 8;
      prefixes.add(Cidr.around(address, input.below(bits + 1)));
    }
    return prefixes;
  }

  private static Cidr longest(Set<Cidr> prefixes, byte[] address) {
    Cidr longest = null;
    for (Cidr prefix : prefixes) {
      boolean better = longest == null || prefix.prefixLength() > longest.prefixLength();
      if (better && covers(prefix, address)) {
        longest = prefix;
      }
    }
    return longest;
  }

  private static boolean covers(Cidr prefix, byte[] address) {
    int hostBits = prefix.addressBits() - prefix.prefixLength();
    byte[] network = prefix.network().getAddress();
    return network.length == address.length
        && new BigInteger(1, network)
            .shiftRight(hostBits)
            .equals(new BigInteger(1, address).shiftRight(hostBits));
  }
}
