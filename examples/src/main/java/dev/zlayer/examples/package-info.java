/** A chat, a service that announces itself, and a watch over the health of peers. */
package dev.zlayer.examples;
