/** Carries the control API's requests and answers over HTTP/1.1, inside the overlay. */
package dev.zlayer.overlay.http;
