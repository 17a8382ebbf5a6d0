package dev.zlayer.overlay.state;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON trees from text and to text. Numbers keep all of their digits.
 *
 * <p>The streaming parser and generator do it alone: Jackson's mapper, which knows how to make Java
 * objects of JSON too, takes longer to set up than all the rest of a short command.
 */
public final class JsonText {
  private static final JsonFactory STREAMS =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonText() {}

  /**
   * The one value in {@code json}, as UTF-8; a missing node where there is none.
   *
   * @throws JacksonException for what is not JSON, repeats a name in an object or has more than one
   *     value; its message may quote the text
   * @throws NumberFormatException for a number whose exponent is beyond all bounds
   */
  public static JsonNode parse(byte[] json) {
    try (JsonParser parser = STREAMS.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() == null) {
        return MissingNode.getInstance();
      }
      JsonNode value = read(parser);
      if (parser.nextToken() != null) {
        throw new StreamReadException(parser, "another value follows");
      }
      return value;
    }
  }

  /** In one line. */
  public static String compact(JsonNode json) {
    return text(json, ObjectWriteContext.empty());
  }

  /** In one line, as UTF-8. */
  public static byte[] compactBytes(JsonNode json) {
    return compact(json).getBytes(StandardCharsets.UTF_8);
  }

  /** In many lines, for people. */
  public static String indented(JsonNode json) {
    return text(json, new Indented());
  }

  private static JsonNode read(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> readArray(parser);
      case VALUE_STRING -> NODES.stringNode(parser.getString());
      case VALUE_NUMBER_INT -> readWhole(parser);
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IllegalStateException("no value begins with " + parser.currentToken());
    };
  }

  private static ObjectNode readObject(JsonParser parser) {
    ObjectNode object = NODES.objectNode();
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      parser.nextToken();
      object.set(name, read(parser));
    }
    return object;
  }

  private static ArrayNode readArray(JsonParser parser) {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(read(parser));
    }
    return array;
  }

  private static JsonNode readWhole(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }

  private static String text(JsonNode json, ObjectWriteContext form) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = STREAMS.createGenerator(form, text)) {
      write(json, generator);
    }
    return text.toString();
  }

  private static void write(JsonNode json, JsonGenerator generator) {
    switch (json.getNodeType()) {
      case OBJECT -> {
        generator.writeStartObject();
        for (Map.Entry<String, JsonNode> property : json.properties()) {
          generator.writeName(property.getKey());
          write(property.getValue(), generator);
        }
        generator.writeEndObject();
      }
      case ARRAY -> {
        generator.writeStartArray();
        json.forEach(element -> write(element, generator));
        generator.writeEndArray();
      }
      case STRING -> generator.writeString(json.stringValue());
      case NUMBER -> writeNumber(json, generator);
      case BOOLEAN -> generator.writeBoolean(json.booleanValue());
      case NULL -> generator.writeNull();
      case BINARY, MISSING, POJO ->
          throw new IllegalArgumentException("not JSON: " + json.getNodeType());
    }
  }

  private static void writeNumber(JsonNode number, JsonGenerator generator) {
    switch (number.numberType()) {
      case INT, LONG -> generator.writeNumber(number.longValue());
      case BIG_INTEGER -> generator.writeNumber(number.bigIntegerValue());
      case FLOAT, DOUBLE, BIG_DECIMAL -> generator.writeNumber(number.decimalValue());
    }
  }

  /** A printer keeps its depth, so that each text has one of its own. */
  private static final class Indented extends ObjectWriteContext.Base {
    private final PrettyPrinter printer = new DefaultPrettyPrinter();

    @Override
    public PrettyPrinter getPrettyPrinter() {
      return printer;
    }

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }
  }
}
