package dev.zlayer.overlay.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON object, read field by field. Absent and null are the same. Messages name the field and the
 * rule, and the value only where the value's own parser does.
 *
 * @param path where the object stands; empty for a root
 */
public record JsonFields(String path, ObjectNode node) {
  /** A field that is not as it has to be. */
  public static final class BadField extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    BadField(String field, String problem) {
      super("field '" + field + "' " + problem);
    }
  }

  /**
   * The fields of {@code value}, which stands at {@code path}.
   *
   * @throws BadField if it is no object
   */
  public static JsonFields of(String path, JsonNode value) {
    if (value instanceof ObjectNode object) {
      return new JsonFields(path, object);
    }
    throw new BadField(path, "is not an object");
  }

  boolean has(String name) {
    return present(name).isPresent();
  }

  public JsonFields object(String name) {
    return optionalObject(name).orElseThrow(() -> missing(name));
  }

  public Optional<JsonFields> optionalObject(String name) {
    return present(name).map(value -> of(at(name), value));
  }

  public List<JsonFields> objects(String name) {
    JsonNode array = array(name);
    List<JsonFields> objects = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      objects.add(of(at(name) + "[" + i + "]", array.get(i)));
    }
    return objects;
  }

  public <T> T value(String name, Function<String, T> parser) {
    return optionalValue(name, parser).orElseThrow(() -> missing(name));
  }

  public <T> Optional<T> optionalValue(String name, Function<String, T> parser) {
    return present(name).map(value -> parsed(at(name), value, parser));
  }

  public <T> List<T> values(String name, Function<String, T> parser) {
    JsonNode array = array(name);
    List<T> values = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      values.add(parsed(at(name) + "[" + i + "]", array.get(i), parser));
    }
    return values;
  }

  /** An array of two-element arrays, of which the first is the key; a repeated key is refused. */
  <T> Map<String, T> pairs(String name, Function<String, T> parser) {
    JsonNode array = array(name);
    Map<String, T> pairs = new LinkedHashMap<>();
    for (int i = 0; i < array.size(); i++) {
      String place = at(name) + "[" + i + "]";
      JsonNode pair = array.get(i);
      if (!pair.isArray() || pair.size() != 2) {
        throw new BadField(place, "is not an array of two");
      }
      String key = parsed(place, pair.get(0), Function.identity());
      if (pairs.put(key, parsed(place, pair.get(1), parser)) != null) {
        throw new BadField(place, "repeats the first value of an earlier one");
      }
    }
    return pairs;
  }

  public long whole(String name, long min, long max) {
    return optionalWhole(name, min, max).orElseThrow(() -> missing(name));
  }

  public Optional<Long> optionalWhole(String name, long min, long max) {
    return present(name).map(value -> asWhole(at(name), value, min, max));
  }

  public boolean flag(String name) {
    JsonNode value = present(name).orElseThrow(() -> missing(name));
    if (!value.isBoolean()) {
      throw new BadField(at(name), "is not true or false");
    }
    return value.booleanValue();
  }

  /** The values of an object whose names are data, such as keys. */
  <N, T> Map<N, T> valuesByName(
      String name, Function<String, N> nameParser, Function<String, T> parser) {
    Map<N, T> values = new LinkedHashMap<>();
    optionalObject(name)
        .ifPresent(map ->
            map.node()
                .properties()
                .forEach(entry -> {
                  String place = map.at(entry.getKey());
                  values.put(
                      parsed(place, entry.getKey(), nameParser),
                      parsed(place, entry.getValue(), parser));
                }));
    return values;
  }

  /** The same for whole numbers. */
  Map<String, Long> wholeByName(String name, long min, long max) {
    Map<String, Long> values = new LinkedHashMap<>();
    optionalObject(name)
        .ifPresent(map ->
            map.node().propertyNames().forEach(key -> values.put(key, map.whole(key, min, max))));
    return values;
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private Optional<JsonNode> present(String name) {
    return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
  }

  private JsonNode array(String name) {
    JsonNode value = present(name).orElseThrow(() -> missing(name));
    if (!value.isArray()) {
      throw new BadField(at(name), "is not an array");
    }
    return value;
  }

  private BadField missing(String name) {
    return new BadField(at(name), "is missing");
  }

  private static long asWhole(String place, JsonNode value, long min, long max) {
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < min
        || value.longValue() > max) {
      throw new BadField(place, "is not a whole number in " + min + ".." + max);
    }
    return value.longValue();
  }

  private static <T> T parsed(String place, JsonNode value, Function<String, T> parser) {
    if (!value.isString()) {
      throw new BadField(place, "is not a string");
    }
    return parsed(place, value.stringValue(), parser);
  }

  private static <T> T parsed(String place, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new BadField(place, "is wrong: " + e.getMessage());
    }
  }
}
