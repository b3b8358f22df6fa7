package io.latentry.pipeline;

import io.latentry.ingest.read.ReadListener;
import java.util.function.Consumer;

/**
 * Follows the work of a pipeline. Called from one thread at a time; every method has a quiet
 * default.
 */
public interface Progress {
  /** Follows nothing. */
  Progress QUIET = new Progress() {};

  /** Follows as {@code steps} does, but that notices go to {@code notices} alone. */
  static Progress noting(Progress steps, Consumer<String> notices) {
    return new Progress() {
      @Override
      public void stage(String name) {
        steps.stage(name);
      }

      @Override
      public void progress(long done, long total) {
        steps.progress(done, total);
      }

      @Override
      public void notice(String sentence) {
        notices.accept(sentence);
      }
    };
  }

  /** Follows as {@code steps} does, but that a name in the names of stages is another. */
  static Progress naming(Progress steps, String name, String other) {
    return new Progress() {
      @Override
      public void stage(String stage) {
        steps.stage(stage.replace(name, other));
      }

      @Override
      public void progress(long done, long total) {
        steps.progress(done, total);
      }

      @Override
      public void notice(String sentence) {
        steps.notice(sentence);
      }
    };
  }

  /** A new stage of the work begins, such as {@code training}. */
  default void stage(String name) {}

  /**
   * The stage has come this far.
   *
   * @param total -1 if unknown
   */
  default void progress(long done, long total) {}

  /** Reading, as progress of the stage. */
  default ReadListener reading() {
    return (rows, bytes, totalBytes) -> progress(bytes, totalBytes);
  }

  /** Something that the reader should know, as one sentence. */
  default void notice(String sentence) {}
}
