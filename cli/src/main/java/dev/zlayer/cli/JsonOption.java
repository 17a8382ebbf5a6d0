package dev.zlayer.cli;

import picocli.CommandLine.Option;

/** Output for programs. */
final class JsonOption {
  @Option(names = "--json", description = "Print JSON.")
  boolean isSet;
}
