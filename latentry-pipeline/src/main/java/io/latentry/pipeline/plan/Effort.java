package io.latentry.pipeline.plan;

import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.config.VaeConfig;
import java.util.Optional;

/**
 * What a fit costs, roughly: the parts that grow with the data, with factors measured on tables of
 * 3 to 5,000 columns and 300 to 100,000 rows.
 *
 * @param seconds on this machine, if nothing else runs on it
 * @param memoryBytes at the peak, of heap and native memory together
 */
record Effort(double seconds, long memoryBytes) {
  /** Starting, reading a small table, proving a small model; seconds of one core. */
  private static final double START = 5.5;

  /** Time of a training step beside its arithmetic, seconds. */
  private static final double STEP_OVERHEAD = 2e-3;

  /** Floating-point operations a second of one core: in the small steps of training. */
  private static final double TRAINING_FLOPS = 2e10;

  /** The same where codes are clustered, in large products of matrices. */
  private static final double CLUSTERING_FLOPS = 1e11;

  /** The same where held-out rows are compared with codes. */
  private static final double COMPARING_FLOPS = 4e10;

  /** A value of the file is read and profiled, looked at or not; seconds. */
  private static final double SECONDS_PER_READ_CELL = 2e-7;

  /** A value that is looked at is learned from and held against plain methods; seconds. */
  private static final double SECONDS_PER_CELL = 4e-6;

  /** The same for each entry of the vector that rows become. */
  private static final double SECONDS_PER_VALUE = 2e-7;

  /** Passes over the rows when their codes are clustered. */
  private static final int CLUSTERING_PASSES = 5;

  /** Each entry of the vector has a tail, a name and constants in the graph; seconds a model. */
  private static final double SECONDS_PER_ENTRY = 9e-4;

  /** Of a core, what is left where several work side by side. */
  private static final double SIDE_BY_SIDE = 0.85;

  /**
   * Values in all code tables together, and rows that are clustered, at most; as a detector fits.
   */
  private static final long MOST_STORED_VALUES = 16_000_000;

  private static final int FEWEST_CODES = 64;

  /** Of the normal rows, those that a model knows, the mean of all models. */
  private static final double KNOWN_SHARE = 0.85;

  private static final int ROWS_TO_CLUSTER = 16_384;

  private static final double BASE_MEMORY = 700e6;

  /** Copies of the code tables: in training and proof, and for each model. */
  private static final double CODE_COPIES = 7.5;

  private static final double CODE_COPIES_PER_MODEL = 8.75;

  /** Copies of the prepared rows. */
  private static final double ROW_COPIES = 6.5;

  /** What the collector leaves lying. */
  private static final double SLACK = 1.2;

  /**
   * @param columns that the model takes
   * @param width entries of the vector
   * @param read rows of the data, all columns of which are read
   * @param rows normal ones that are looked at
   * @param calibration rows that calibrate
   * @param models that are trained
   */
  static Effort of(
      FitConfig config, int columns, int width, long read, int rows, int calibration, int models) {
    VaeConfig model = config.model();
    int members = model.members();
    int latent = Optional.ofNullable(model.resolved(Math.max(1, width)).latent()).orElse(width);
    double joint = 2.0 * width + latent;
    double known = KNOWN_SHARE * rows;
    double codes = Math.min(model.codes(), MOST_STORED_VALUES / (members * joint));
    codes = Math.min(Math.max(codes, FEWEST_CODES), known);
    double clustered = Math.min(ROWS_TO_CLUSTER, 4.0 * MOST_STORED_VALUES / (members * joint));
    clustered = Math.min(Math.max(clustered, codes), known);

    double step =
        STEP_OVERHEAD
            + 6.0
                * weights(model, width, latent)
                * members
                * config.training().batch()
                / TRAINING_FLOPS;
    double distances = 2.0 * codes * joint * members;
    double clustering =
        clustered > codes ? CLUSTERING_PASSES * clustered * distances / CLUSTERING_FLOPS : 0;
    double work =
        models * (config.training().steps() * step + clustering + width * SECONDS_PER_ENTRY)
            + 2 * calibration * distances / COMPARING_FLOPS
            + (double) read * columns * SECONDS_PER_READ_CELL
            + (double) rows * (columns * SECONDS_PER_CELL + width * SECONDS_PER_VALUE);
    int cores = Math.min(models, Runtime.getRuntime().availableProcessors());
    double speed = cores == 1 ? 1 : SIDE_BY_SIDE * cores;

    double codeBytes = members * codes * joint * Float.BYTES;
    double memory =
        BASE_MEMORY
            + (CODE_COPIES + CODE_COPIES_PER_MODEL * models) * codeBytes
            + ROW_COPIES * rows * width * Float.BYTES;
    return new Effort((START + work) / speed, (long) (SLACK * memory));
  }

  /** Weights of one member. */
  private static long weights(VaeConfig model, int width, int latent) {
    long weights = 0;
    int before = width;
    for (int hidden : model.hidden()) {
      weights += (long) before * hidden;
      before = hidden;
    }
    return 2 * weights + 3L * before * latent;
  }
}
