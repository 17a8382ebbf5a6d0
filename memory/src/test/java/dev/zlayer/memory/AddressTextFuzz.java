package dev.zlayer.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/** Addresses and endpoints as anybody may write them. */
final class AddressTextFuzz {
  private AddressTextFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    readAddress(text);
    readEndpoint(text);
  }

  private static void readAddress(String text) {
    InetAddress address;
    try {
      address = IpText.parse(text);
    } catch (IllegalArgumentException e) {
      assertFalse(e.getMessage().isEmpty());
      return;
    }
    String canonical = IpText.format(address);
    assertArrayEquals(address.getAddress(), IpText.parse(canonical).getAddress());
    assertEquals(canonical, IpText.format(IpText.parse(canonical)));
  }

  private static void readEndpoint(String text) {
    Endpoint endpoint;
    try {
      endpoint = Endpoint.parse(text);
    } catch (IllegalArgumentException e) {
      assertFalse(e.getMessage().isEmpty());
      return;
    }
    assertEquals(endpoint, Endpoint.parse(endpoint.toString()));
    assertEquals(endpoint.isIpv4(), endpoint.address().getAddress().length == 4);
  }
}
