package io.latentry.server.config;

/** How a line of the log looks. */
public enum LogFormat {
  /** Text on a terminal, otherwise JSON. */
  AUTO,
  /** One JSON object a line. */
  JSON,
  /** For people. */
  TEXT
}
