package dev.zlayer.overlay.http;

import java.util.Optional;
import java.util.function.Function;

/**
 * What a page is told of the request for it.
 *
 * @param query what follows {@code ?}, as it was sent; empty where nothing does
 * @param headers the first value of a header, by its name in any case
 */
public record PageRequest(String query, Function<String, Optional<String>> headers) {}
