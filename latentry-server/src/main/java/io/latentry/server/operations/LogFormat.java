package io.latentry.server.operations;

/** How a line of the log looks. */
public enum LogFormat {
  /** Text on a terminal, otherwise JSON. */
  AUTO,
  /** One JSON object a line. */
  JSON,
  /** For people. */
  TEXT
}
