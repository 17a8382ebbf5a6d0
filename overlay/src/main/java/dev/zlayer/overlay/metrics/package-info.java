/** A node as Prometheus reads it, made when it asks from what the node knows anyway. */
package dev.zlayer.overlay.metrics;
