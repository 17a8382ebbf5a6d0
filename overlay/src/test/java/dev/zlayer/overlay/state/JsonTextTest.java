package dev.zlayer.overlay.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "\"text\"",
        "-1",
        "{\"a\":[1,2147483648,-9223372036854775809,{\"b\":null}],\"c\":{},\"d\":[[],true,false]}",
        "{\"\":\"\",\"quoted \\\" \\\\ \\n \\u0001 \u00e4 \u20ac\":\"\ud83d\ude00\"}"
      })
  void agreesWithJacksonsMapper(String json) {
    JsonNode tree = parse(json);
    JsonMapper mapper = JsonMapper.shared();
    assertEquals(mapper.readTree(json), tree);
    assertEquals(json, JsonText.compact(tree));
    assertEquals(mapper.writeValueAsString(tree), JsonText.compact(tree));
    assertEquals(
        mapper.writerWithDefaultPrettyPrinter().writeValueAsString(tree), JsonText.indented(tree));
    assertEquals(json, new String(JsonText.compactBytes(tree), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.50", "0.1234567890123456789012345678901", "1E+400", "1e5"})
  void keepsANumberAsItIs(String number) {
    String expected = number.replace("1e5", "1E+5");
    assertEquals(expected, JsonText.compact(parse(number)));
  }

  @Test
  void thereMayBeNothing() {
    assertTrue(parse("").isMissingNode());
    assertTrue(parse(" \n").isMissingNode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "[1,]", "{\"a\":1,\"a\":2}", "{} {}", "1 2", "nul", "{\"a\"}", "]", "'a'"})
  void refusesWhatIsNotOneValue(String json) {
    assertThrows(JacksonException.class, () -> parse(json));
  }

  @Test
  void refusesWhatIsNestedTooDeep() {
    String json = "[".repeat(100_000) + "]".repeat(100_000);
    assertThrows(JacksonException.class, () -> parse(json));
  }

  @Test
  void refusesANumberBeyondAllBounds() {
    assertThrows(NumberFormatException.class, () -> parse("1e99999999999"));
  }

  private static JsonNode parse(String json) {
    return JsonText.parse(json.getBytes(StandardCharsets.UTF_8));
  }
}
