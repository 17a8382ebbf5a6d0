/** What {@code debug bundle} puts together, and what it leaves out. */
package dev.zlayer.cli.bundle;
