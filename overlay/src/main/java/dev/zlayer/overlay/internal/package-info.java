/** What the module's packages share and nobody else needs. */
package dev.zlayer.overlay.internal;
