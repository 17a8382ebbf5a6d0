package dev.zlayer.cli.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnonymityTest {
  private static final String KEY = "pgOzb3hHnWeHTVa8cXmAJdvCR2tnOwyQOZkHW1P4mQg=";

  private final Anonymity anonymity = new Anonymity(List.of("web", "web-2", "vpn.example.org"));

  @Test
  void theSameIsCalledTheSameEverywhere() {
    assertEquals(
        "address-1:51820 and address-2/24, again address-1",
        anonymity.text("192.0.2.1:51820 and 192.0.2.7/24, again 192.0.2.1"));
    assertEquals("via address-2 to address-3", anonymity.text("via 192.0.2.7 to 198.51.100.1"));
    assertEquals("key-1, key-1", anonymity.text(KEY + ", " + KEY));
  }

  @Test
  void anIpv6AddressIsOneHoweverItIsWritten() {
    assertEquals(
        "[address-1]:5 address-1 address-2%eth0",
        anonymity.text("[2001:db8::1]:5 2001:DB8:0:0:0:0:0:1 fe80::1%eth0"));
  }

  @Test
  void namesAreWholeWords() {
    assertEquals(
        "host-3.overlay.local cobweb host-2 host-3 host-1",
        anonymity.text("web.overlay.local cobweb web-2 WEB vpn.example.org"));
  }

  @Test
  void linksHaveAddressesToo() {
    assertEquals(
        "link/ether link-address-1 brd link-address-2",
        anonymity.text("link/ether 02:42:ac:11:00:02 brd ff:ff:ff:ff:ff:ff"));
  }

  @Test
  void whatTellsNothingStays() {
    String text =
        "2026-11-28T11:26:19Z 11:26:19 version 1.2.3 0.0.0.0/0 127.0.0.1 ::1 [::]:5 6.18.0 a::b::c";
    assertEquals(text, anonymity.text(text));
  }
}
