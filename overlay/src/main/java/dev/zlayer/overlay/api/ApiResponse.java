package dev.zlayer.overlay.api;

import java.util.Objects;

/**
 * What the leader answers.
 *
 * @param status as in HTTP
 * @param body JSON
 * @param proof that it answers this very request and comes from the leader; empty where the request
 *     proved nothing either
 */
public record ApiResponse(int status, byte[] body, byte[] proof) {
  public static final int OK = 200;
  public static final int BAD_REQUEST = 400;
  public static final int UNPROVEN = 401;
  public static final int FORBIDDEN = 403;
  public static final int NOT_FOUND = 404;
  public static final int REFUSED = 409;
  public static final int TOO_LARGE = 413;
  public static final int TOO_MANY = 429;
  public static final int FAILED = 500;

  public ApiResponse {
    Objects.requireNonNull(body);
    Objects.requireNonNull(proof);
  }
}
