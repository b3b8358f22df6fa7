package io.latentry.bench.quality;

/**
 * What one method reached on one split of one set.
 *
 * @param key of what the figures depend on: data, config, code
 * @param auroc in 0..1, as {@code auprc}
 */
record Result(
    String set,
    int seed,
    String method,
    String key,
    double auroc,
    double auprc,
    double fitSeconds,
    double scoreSeconds,
    int trainingRows,
    int testRows,
    int columns) {

  /** Set and seed, by which results of different methods belong together. */
  String split() {
    return set + " " + seed;
  }
}
