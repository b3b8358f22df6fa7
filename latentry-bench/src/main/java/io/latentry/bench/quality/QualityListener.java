package io.latentry.bench.quality;

/** Follows a quality benchmark. Called from one thread. */
public interface QualityListener {
  /**
   * One split of one set is done.
   *
   * @param summary one line, such as {@code 6_cardio seed 0: 95.4/86.3, best rival 94.9/85.0}
   * @param secondsLeft as far as can be told
   */
  void done(String summary, int done, int total, double secondsLeft);

  /** A set, or a split of it, that could not be used, and why. */
  void failed(String set, String reason);
}
