package dev.zlayer.cli.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RedactionTest {
  private static final String PUBLIC = "pgOzb3hHnWeHTVa8cXmAJdvCR2tnOwyQOZkHW1P4mQg=";
  private static final String SECRET = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";

  private final Redaction redaction = new Redaction();

  private String redacted(String json) {
    JsonNode state = JsonMapper.shared().readTree(json.replace('\'', '"'));
    return redaction.state(state).toString().replace('"', '\'');
  }

  @Test
  void keysStayWhereTheyArePublic() {
    String state =
        "{'public_key':'%1$s','enrolled':['%1$s'],'learned':{'%1$s':'192.0.2.1:5'}}"
            .formatted(PUBLIC);
    assertEquals(state, redacted(state));
    assertEquals("peer " + PUBLIC, redaction.text("peer " + PUBLIC));
  }

  @Test
  void keysGoFromEverywhereElse() {
    assertEquals(
        "{'private_key':'(removed)','x':['(removed)'],'preshared_keys':{'%s':'(removed)'}}"
            .formatted(PUBLIC),
        redacted(
            "{'private_key':'%1$s','x':['%1$s'],'preshared_keys':{'%2$s':'%1$s'}}"
                .formatted(SECRET, PUBLIC)));
    assertEquals("key (removed)!", redaction.text("key " + SECRET + "!"));
  }

  @Test
  void whatIsCalledASecretIsOne() {
    assertEquals(
        "{'join_token':'(removed)','secrets':['(removed)',{'a':'(removed)','n':1}]}",
        redacted("{'join_token':'hunter2','secrets':['hunter3',{'a':'hunter4','n':1}]}"));
    assertEquals("(removed) (removed)", redaction.text("hunter2 hunter4"));
  }

  @Test
  void textsLoseTokensAndKeysThatNobodyKnows() {
    String token = "zlt1_" + "abcDEF012-_".repeat(9);
    String hex = "0123456789abcdef".repeat(4);
    String text = redaction.text("join " + token + " key " + SECRET + " hex " + hex);
    assertEquals("join (removed) key (removed) hex (removed)", text);
    assertFalse(text.contains(PUBLIC));
  }
}
