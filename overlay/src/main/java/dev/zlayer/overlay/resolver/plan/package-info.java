/** Decides from what there is on a machine what can lead its programs to our names. Pure. */
package dev.zlayer.overlay.resolver.plan;
