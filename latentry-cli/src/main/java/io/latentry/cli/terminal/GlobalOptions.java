package io.latentry.cli.terminal;

import picocli.CommandLine.Option;

/** The options that every command takes; mixed in with {@code @Mixin}. */
public final class GlobalOptions {
  @Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  @Option(names = "--verbose", description = "Show the stack trace of an error.")
  private boolean verbose;

  @Option(names = "--quiet", description = "No progress and no notices.")
  private boolean quiet;

  boolean json() {
    return json;
  }

  public boolean verbose() {
    return verbose;
  }

  public boolean quiet() {
    return quiet;
  }
}
