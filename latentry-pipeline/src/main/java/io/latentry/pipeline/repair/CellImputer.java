package io.latentry.pipeline.repair;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Puts into cells what a model expects there, given the others.
 *
 * <p>Pseudo-Gibbs (Rezende, Mohamed and Wierstra 2014): the cells begin missing; again and again
 * the model reconstructs the row and they become what it expects, at first without and then with
 * noise. The noise is drawn from the model's own residuals on normal rows, in place of the
 * decoder's distribution, which an artifact does not tell. A category comes out as the most
 * frequent expectation, a number as the mean of its expectations, drawn towards the mean of normal
 * rows as far as a regression on such rows, one cell masked at a time, says: where the other
 * columns tell nothing of a cell, a model that was trained on whole rows guesses too boldly.
 *
 * <p>The uncertainty of a number is a standard deviation: the error that imputing a single cell of
 * its column makes on normal rows, and the spread of its expectations, {@code sqrt(error**2 +
 * spread**2)}. That of a category is the chance of being wrong, by the larger of the two.
 *
 * <p>A function of model, normal rows, rows and seed; a row's cells do not depend on the other rows
 * of the call.
 */
public final class CellImputer {
  private static final int SETTLING_ROUNDS = 10;
  private static final int NOISY_ROUNDS = 20;

  private final Expectation expectation;
  private final Schema schema;
  private final long seed;

  /** By numeric column: residuals of observed cells on normal rows. */
  private final float[][] noise;

  /** By column: the error of a single imputed cell on normal rows. */
  private final double[] error;

  /** By numeric column: how far an expectation is to be trusted, 0 to 1; the rest is the mean. */
  private final double[] trust;

  /** By numeric column: the mean of the normal rows. */
  private final double[] center;

  /**
   * @param normals some rows without contamination, for noise and errors
   */
  public CellImputer(Expectation expectation, Rows normals, long seed) {
    this.expectation = expectation;
    this.schema = normals.schema();
    this.seed = seed;
    this.noise = residuals(expectation.of(normals), normals);
    this.error = new double[schema.columns().size()];
    this.trust = new double[schema.numericCount()];
    this.center = new double[schema.numericCount()];
    for (int column = 0; column < error.length; column++) {
      Chain chain = masked(normals, column);
      if (column < schema.numericCount()) {
        fitNumber(normals, chain, column);
      } else {
        error[column] = categoryError(normals, chain, column);
      }
    }
  }

  /**
   * @param rows with the cells filled in
   * @param uncertainty {@code [rows * columns]}, row-major; NaN for cells that were left
   */
  public record Imputed(Rows rows, double[] uncertainty) {}

  /**
   * Fills in cells.
   *
   * @param wanted {@code [rows * columns]}, row-major, in schema order: the cells to fill in,
   *     whatever stands there
   * @param firstRow number of the first row, so that a batch is drawn for as if it came whole
   */
  public Imputed impute(Rows rows, boolean[] wanted, long firstRow) {
    int columns = schema.columns().size();
    int[] affected =
        IntStream.range(0, rows.count())
            .filter(i -> IntStream.range(0, columns).anyMatch(j -> wanted[i * columns + j]))
            .toArray();
    float[] numeric = rows.numeric().clone();
    String[] categorical = rows.categorical().clone();
    double[] uncertainty = new double[rows.count() * columns];
    Arrays.fill(uncertainty, Double.NaN);
    if (affected.length > 0) {
      Chain chain = new Chain(rows.select(affected), selected(wanted, affected, columns));
      long[] numbers = IntStream.of(affected).mapToLong(i -> firstRow + i).toArray();
      chain.run(numbers);
      chain.writeInto(numeric, categorical, uncertainty, affected);
    }
    return new Imputed(Rows.of(schema, rows.count(), numeric, categorical), uncertainty);
  }

  private static boolean[] selected(boolean[] wanted, int[] rows, int columns) {
    boolean[] chosen = new boolean[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(wanted, rows[i] * columns, chosen, i * columns, columns);
    }
    return chosen;
  }

  /** The course of some rows' cells. */
  private final class Chain {
    private final int count;
    private final int numbers = schema.numericCount();
    private final int columns = schema.columns().size();
    private final boolean[] wanted;
    private final float[] numeric;
    private final String[] categorical;
    private final double[] mean;
    private final double[] squares;
    private final Map<Integer, Map<String, Integer>> votes = new HashMap<>();

    Chain(Rows rows, boolean[] wanted) {
      this.count = rows.count();
      this.wanted = wanted;
      this.numeric = rows.numeric().clone();
      this.categorical = rows.categorical().clone();
      this.mean = new double[count * columns];
      this.squares = new double[count * columns];
      forEachWanted(
          (cell, at, number) -> {
            if (number) {
              numeric[at] = Float.NaN;
            } else {
              categorical[at] = "";
            }
          });
    }

    /** Visits the wanted cells; {@code at} is the place among the numbers or the categories. */
    private void forEachWanted(Visit visit) {
      for (int i = 0; i < count; i++) {
        for (int j = 0; j < columns; j++) {
          if (wanted[i * columns + j]) {
            boolean number = j < numbers;
            int at = number ? i * numbers + j : i * (columns - numbers) + j - numbers;
            visit.cell(i * columns + j, at, number);
          }
        }
      }
    }

    void settle() {
      for (int round = 0; round < SETTLING_ROUNDS; round++) {
        take(expected());
      }
    }

    private Expectation.Cells expected() {
      return expectation.of(Rows.of(schema, count, numeric, categorical));
    }

    private void take(Expectation.Cells expected) {
      forEachWanted(
          (cell, at, number) -> {
            if (number) {
              numeric[at] = expected.numeric()[at];
            } else {
              categorical[at] = expected.categorical()[at];
            }
          });
    }

    void run(long[] rowNumbers) {
      settle();
      SplittableRandom[] random =
          Arrays.stream(rowNumbers)
              .mapToObj(row -> new SplittableRandom(seed * 0x9E3779B97F4A7C15L + row))
              .toArray(SplittableRandom[]::new);
      for (int round = 1; round <= NOISY_ROUNDS; round++) {
        Expectation.Cells expected = expected();
        double share = 1.0 / round;
        forEachWanted(
            (cell, at, number) -> {
              if (number) {
                double off = expected.numeric()[at] - mean[cell];
                mean[cell] += share * off;
                squares[cell] += off * (expected.numeric()[at] - mean[cell]);
                float[] residuals = noise[cell % columns];
                numeric[at] =
                    expected.numeric()[at]
                        + (residuals.length == 0
                            ? 0
                            : residuals[random[cell / columns].nextInt(residuals.length)]);
              } else {
                categorical[at] = expected.categorical()[at];
                votes
                    .computeIfAbsent(cell, c -> new HashMap<>())
                    .merge(categorical[at], 1, Integer::sum);
              }
            });
      }
    }

    void writeInto(float[] allNumeric, String[] allCategorical, double[] uncertainty, int[] rows) {
      forEachWanted(
          (cell, at, number) -> {
            int row = rows[cell / columns];
            int column = cell % columns;
            if (number) {
              allNumeric[row * numbers + column] =
                  schema.columns().get(column).like((float) trusted(mean[cell], column));
              uncertainty[row * columns + column] =
                  Math.hypot(
                      error[column], trust[column] * Math.sqrt(squares[cell] / NOISY_ROUNDS));
            } else {
              Map.Entry<String, Integer> most =
                  votes.getOrDefault(cell, Map.of("", NOISY_ROUNDS)).entrySet().stream()
                      .max(
                          Map.Entry.<String, Integer>comparingByValue()
                              .thenComparing(Map.Entry.comparingByKey()))
                      .orElseThrow();
              allCategorical[row * (columns - numbers) + column - numbers] = most.getKey();
              uncertainty[row * columns + column] =
                  Math.max(error[column], 1 - (double) most.getValue() / NOISY_ROUNDS);
            }
          });
    }
  }

  /** What to do with a cell. */
  private interface Visit {
    void cell(int cell, int at, boolean number);
  }

  private float[][] residuals(Expectation.Cells expected, Rows normals) {
    int numbers = schema.numericCount();
    float[][] residuals = new float[numbers][];
    for (int j = 0; j < numbers; j++) {
      float[] own = new float[normals.count()];
      int given = 0;
      for (int i = 0; i < own.length; i++) {
        float residual = normals.numeric(i, j) - expected.numeric()[i * numbers + j];
        if (Float.isFinite(residual)) {
          own[given++] = residual;
        }
      }
      residuals[j] = Arrays.copyOf(own, given);
    }
    return residuals;
  }

  /** One cell of each normal row masked, and settled. */
  private Chain masked(Rows normals, int column) {
    int columns = schema.columns().size();
    boolean[] wanted = new boolean[normals.count() * columns];
    for (int i = 0; i < normals.count(); i++) {
      wanted[i * columns + column] = true;
    }
    Chain chain = new Chain(normals, wanted);
    chain.settle();
    return chain;
  }

  /**
   * Regresses the true values on the settled ones: the slope is the trust, the root mean square of
   * what is left the error.
   */
  private void fitNumber(Rows normals, Chain chain, int column) {
    int numbers = schema.numericCount();
    int[] given =
        IntStream.range(0, normals.count())
            .filter(i -> Float.isFinite(normals.numeric(i, column)))
            .toArray();
    double mean =
        IntStream.of(given).mapToDouble(i -> normals.numeric(i, column)).average().orElse(0);
    double products = 0;
    double squares = 0;
    for (int i : given) {
      double settled = chain.numeric[i * numbers + column] - mean;
      products += settled * (normals.numeric(i, column) - mean);
      squares += settled * settled;
    }
    center[column] = mean;
    trust[column] = squares > 0 ? Math.max(0, Math.min(1, products / squares)) : 0;
    double sum = 0;
    for (int i : given) {
      double told = trusted(chain.numeric[i * numbers + column], column);
      sum += Math.pow(told - normals.numeric(i, column), 2);
    }
    error[column] = given.length == 0 ? 0 : Math.sqrt(sum / given.length);
  }

  private double trusted(double expected, int column) {
    return center[column] + trust[column] * (expected - center[column]);
  }

  private double categoryError(Rows normals, Chain chain, int column) {
    int category = column - schema.numericCount();
    int wrong = 0;
    int given = 0;
    for (int i = 0; i < normals.count(); i++) {
      String truth = normals.categorical(i, category);
      String settled = chain.categorical[i * schema.categoricalCount() + category];
      given += truth.isEmpty() ? 0 : 1;
      wrong += truth.isEmpty() || truth.equals(settled) ? 0 : 1;
    }
    return given == 0 ? 0 : (double) wrong / given;
  }
}
