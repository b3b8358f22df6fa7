package io.latentry.server.serving;

/**
 * Hears what happens behind a {@link ModelHost}, for metrics and logs. It is called by many threads
 * at once and must return quickly; what it throws is dropped.
 */
public interface ServingListener {
  /** Hears nothing. */
  ServingListener NONE = new ServingListener() {};

  /**
   * The engine ran.
   *
   * @param requests that shared the run; of a large request, every piece is a run of its own
   */
  default void ran(String model, int version, int rows, int requests, double seconds) {}

  /** A version answers from now on. */
  default void loaded(String model, int version, double seconds) {}

  /** A version, or the file that would have become it, cannot be used. */
  default void failed(String model, int version, String reason) {}

  /** A version answers no more, and its memory is given back. */
  default void unloaded(String model, int version) {}

  /** Something that a person should look at and that belongs to no version. */
  default void warned(String message) {}
}
