package io.latentry.server.config;

/** How much a line of the log matters, the least first. */
public enum LogLevel {
  DEBUG,
  INFO,
  WARN,
  ERROR,
  /** Nothing is logged. */
  OFF
}
