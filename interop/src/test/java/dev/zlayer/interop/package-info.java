/** The product as its users meet it: through the launcher, beside real WireGuard tools. */
package dev.zlayer.interop;
