package io.latentry.pipeline.config;

/** Whether each key of a series has level and spread of its own. */
public enum KeyScaling {
  /** By key where keys differ by more than each varies by itself. */
  AUTO,
  /** By key, where enough points are there. */
  KEY,
  /** All keys alike. */
  GLOBAL
}
