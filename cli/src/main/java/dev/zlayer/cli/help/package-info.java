/** What is written of the commands for shells and readers, all of it from picocli's model. */
package dev.zlayer.cli.help;
