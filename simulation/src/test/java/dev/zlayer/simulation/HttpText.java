package dev.zlayer.simulation;

import dev.zlayer.overlay.api.ApiRequest;
import dev.zlayer.overlay.api.ApiResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Requests and responses of the control API as HTTP/1.1 has them on the wire. */
final class HttpText {
  private static final String LINE = "\r\n";
  private static final String END = LINE + LINE;

  private HttpText() {}

  static byte[] of(ApiRequest request) {
    StringBuilder head = new StringBuilder(request.method()).append(' ');
    head.append(request.target()).append(" HTTP/1.1");
    request
        .headers()
        .forEach((name, value) -> head.append(LINE).append(name).append(": ").append(value));
    return message(head, request.body());
  }

  static byte[] of(ApiResponse response) {
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(response.status());
    if (response.proof().length > 0) {
      String proof = Base64.getEncoder().encodeToString(response.proof());
      head.append(LINE).append(ApiRequest.PROOF_HEADER).append(": ").append(proof);
    }
    return message(head, response.body());
  }

  static ApiRequest request(byte[] bytes) {
    String head = head(bytes);
    String[] first = head.substring(0, head.indexOf(LINE)).split(" ", 3);
    Map<String, String> headers = headers(head);
    return ApiRequest.of(
        first[0], first[1], name -> Optional.ofNullable(headers.get(name)), body(bytes, head));
  }

  static ApiResponse response(byte[] bytes) {
    String head = head(bytes);
    byte[] proof =
        Base64.getDecoder().decode(headers(head).getOrDefault(ApiRequest.PROOF_HEADER, ""));
    int status = Integer.parseInt(head.split("[ \r]", 3)[1]);
    return new ApiResponse(status, body(bytes, head), proof);
  }

  private static byte[] message(StringBuilder head, byte[] body) {
    byte[] first = head.append(END).toString().getBytes(StandardCharsets.US_ASCII);
    byte[] message = Arrays.copyOf(first, first.length + body.length);
    System.arraycopy(body, 0, message, first.length, body.length);
    return message;
  }

  private static String head(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.substring(0, text.indexOf(END));
  }

  private static byte[] body(byte[] bytes, String head) {
    return Arrays.copyOfRange(bytes, head.length() + END.length(), bytes.length);
  }

  private static Map<String, String> headers(String head) {
    Map<String, String> headers = new HashMap<>();
    for (String line : head.split(LINE, -1)) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        headers.put(line.substring(0, colon), line.substring(colon + 2));
      }
    }
    return headers;
  }
}
