/**
 * Leads the machine's own programs to the names that the node serves: {@code plan} decides, {@link
 * dev.zlayer.overlay.resolver.NameIntegration} does it and undoes it.
 */
package dev.zlayer.overlay.resolver;
