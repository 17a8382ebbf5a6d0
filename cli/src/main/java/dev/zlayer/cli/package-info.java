/** The command line: one class a subcommand, and what they share of output and options. */
package dev.zlayer.cli;
