package dev.zlayer.cli.bundle;

import dev.zlayer.overlay.enrolment.InviteToken;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Takes secrets out of a node's state and of texts. A key stays only where its place says that it
 * is a public one: what we don't know is a secret. Not thread safe.
 */
final class Redaction {
  static final String REMOVED = "(removed)";

  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/_-]{43}=|\\b[0-9a-fA-F]{64}\\b");
  private static final Pattern TOKEN = Pattern.compile(InviteToken.PREFIX + "[A-Za-z0-9_-]+");
  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i).*(private|secret|preshared|psk|password|token).*");

  /** Under these names stand public keys. */
  private static final Set<String> PUBLIC_NAMES =
      Set.of("public_key", "enrolled", "enrolled_by", "member");

  private final Set<String> publicKeys = new LinkedHashSet<>();
  private final Set<String> secrets = new LinkedHashSet<>();

  /** A copy of a state without secrets; which keys are public is known from then on. */
  JsonNode state(JsonNode state) {
    JsonNode copy = state.deepCopy();
    redact("", copy);
    return copy;
  }

  /** A text without what was taken out of the state, and without keys that aren't public. */
  String text(String text) {
    String rest = text;
    for (String secret : secrets) {
      rest = rest.replace(secret, REMOVED);
    }
    rest = TOKEN.matcher(rest).replaceAll(REMOVED);
    return KEY.matcher(rest)
        .replaceAll(key ->
            publicKeys.contains(key.group()) ? Matcher.quoteReplacement(key.group()) : REMOVED);
  }

  private void redact(String name, JsonNode json) {
    switch (json) {
      case ObjectNode object -> {
        List<String> members = new ArrayList<>(object.propertyNames());
        for (String member : members) {
          // Only public keys are names of something.
          if (KEY.matcher(member).matches()) {
            publicKeys.add(member);
          }
          String place = isSecret(name) ? name : member;
          JsonNode value = object.get(member);
          if (value.isContainer()) {
            redact(place, value);
          } else if (isSecret(place, value)) {
            remember(value);
            object.put(member, REMOVED);
          }
        }
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          JsonNode value = array.get(i);
          if (value.isContainer()) {
            redact(name, value);
          } else if (isSecret(name, value)) {
            remember(value);
            array.set(i, StringNode.valueOf(REMOVED));
          }
        }
      }
      default -> {}
    }
  }

  private boolean isSecret(String name, JsonNode value) {
    if (!value.isString()) {
      return false;
    }
    String text = value.asString();
    if (PUBLIC_NAMES.contains(name) && KEY.matcher(text).matches()) {
      publicKeys.add(text);
      return false;
    }
    return isSecret(name) || KEY.matcher(text).find() || TOKEN.matcher(text).find();
  }

  private static boolean isSecret(String name) {
    return SECRET_NAME.matcher(name).matches();
  }

  private void remember(JsonNode secret) {
    if (!secret.asString().isBlank()) {
      secrets.add(secret.asString());
    }
  }
}
