package io.latentry.pipeline.clean;

import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.graph.Output;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.pipeline.clean.Cleaning.DroppedRow;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.train.RankingFit;
import io.latentry.training.baseline.IsolationForest;
import io.latentry.training.detector.Detector;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.fit.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds rows that do not belong among the normal ones, before a model learns from them.
 *
 * <p>Two judges. An isolation forest (Liu, Ting and Zhou 2008) sees gross outliers. Then VAEs trim:
 * the rows are dealt into two halves, a small VAE is fitted on what is left of each and judges the
 * other half, so that no row is judged by a model that could have learned it by heart; what it
 * finds is left out of the next round, and may come back in it. Each judge's cut is the fence of an
 * {@link AdjustedBoxplot} of its scores, or that of the share asked for.
 *
 * <p>A function of rows, config and seed.
 */
public final class RowCleaner {
  private static final int HALVES = 2;

  private final CleanConfig config;
  private final FitConfig fit;
  private final TrainingListener listener;

  /**
   * @param fit model, training and seed; the VAEs have one member, whatever it says
   */
  public RowCleaner(CleanConfig config, FitConfig fit, TrainingListener listener) {
    this.config = config;
    this.fit = fit.withModel(fit.model().toBuilder().members(1).build());
    this.listener = listener;
  }

  /** The two halves of the rows, and what judged each. */
  private record Trim(double[] strangeness, List<int[]> halves, List<VaeJudge> judges) {}

  /**
   * What cleaning found, and the judges that found it.
   *
   * @param forest empty if it was not asked
   * @param vaes by the half of the rows that each judged; empty if they were not asked
   * @param cut the strangeness above which a row is dropped
   * @param teller of all rows
   * @param ofKept of those that were kept
   */
  record Learned(
      Cleaning cleaning,
      Optional<ForestJudge> forest,
      List<VaeJudge> vaes,
      double cut,
      ColumnTeller teller,
      ColumnTeller ofKept) {}

  /**
   * Judges {@code rows}.
   *
   * @param rows all of them can be scored
   */
  public Cleaning clean(Rows rows) {
    return learn(rows).cleaning();
  }

  /** The same, with the judges, for rows that they did not learn from. */
  Learned learn(Rows rows) {
    int count = rows.count();
    List<String> notes = new ArrayList<>();
    double[] forest = unknown(count);
    boolean[] out = new boolean[count];
    Optional<ForestJudge> forestJudge = Optional.empty();
    if (config.method() != CleanConfig.Method.VAE) {
      Preprocessor preprocessor = TablePreprocessor.fit(rows);
      float[] vectors = PreparedSamples.vectors(preprocessor, rows);
      IsolationForest trees = IsolationForest.fit(vectors, preprocessor.width(), fit.seed());
      double[] scores = trees.score(vectors);
      ForestJudge judge = new ForestJudge(preprocessor, trees, Fence.of(scores));
      forest = judge.fence().strangeness(scores);
      forestJudge = Optional.of(judge);
      out = beyondCut(forest);
    }
    double[] vae = unknown(count);
    List<Trim> trims = new ArrayList<>();
    if (config.method() != CleanConfig.Method.FOREST) {
      if (count < HALVES * 2 * DataSplit.FEWEST_ROWS) {
        notes.add(
            "cleaning: %d rows are too few to judge by VAEs (expected: at least %d)"
                .formatted(count, HALVES * 2 * DataSplit.FEWEST_ROWS));
      } else {
        Trim trim = trim(rows, out);
        trims.add(trim);
        vae = trim.strangeness();
      }
    }
    return learned(rows, forest, vae, forestJudge, trims, notes);
  }

  /**
   * @param out rows that the forest found, out of every training
   */
  private Trim trim(Rows rows, boolean[] out) {
    List<int[]> halves = Folds.shuffled(rows.count(), HALVES, fit.seed());
    boolean[] trimmed = out.clone();
    Trim trim = new Trim(new double[0], List.of(), List.of());
    for (int round = 0; round < config.rounds(); round++) {
      double[] strangeness = new double[rows.count()];
      List<VaeJudge> judges = new ArrayList<>();
      for (int half = 0; half < HALVES; half++) {
        boolean[] left = trimmed;
        int[] others = IntStream.of(halves.get(1 - half)).filter(row -> !left[row]).toArray();
        Detector detector = RankingFit.fit(rows.select(others), fit, listener);
        double[] scores = VaeJudge.run(detector, rows.select(halves.get(half)), Output.SCORE);
        VaeJudge judge = new VaeJudge(detector, Fence.of(scores));
        judges.add(judge);
        double[] own = judge.fence().strangeness(scores);
        for (int i = 0; i < own.length; i++) {
          strangeness[halves.get(half)[i]] = own[i];
        }
      }
      trim = new Trim(strangeness, halves, judges);
      boolean[] next = beyondCut(strangeness);
      for (int row = 0; row < next.length; row++) {
        next[row] |= out[row];
      }
      if (Arrays.equals(next, trimmed)) {
        break;
      }
      trimmed = next;
    }
    return trim;
  }

  private Learned learned(
      Rows rows,
      double[] forest,
      double[] vae,
      Optional<ForestJudge> forestJudge,
      List<Trim> trims,
      List<String> notes) {
    int count = rows.count();
    double[] strangest = new double[count];
    for (int row = 0; row < count; row++) {
      strangest[row] = strangest(forest[row], vae[row]);
    }
    double cut = config.share() == null ? 1 : cutOf(strangest);
    int[] dropped =
        IntStream.range(0, count)
            .filter(row -> strangest[row] > cut)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer row) -> -strangest[row]))
            .mapToInt(row -> row)
            .toArray();
    int[] kept = IntStream.range(0, count).filter(row -> !(strangest[row] > cut)).toArray();
    ColumnTeller teller = new ColumnTeller(rows);
    ColumnTeller ofKept = new ColumnTeller(rows.select(kept));
    List<DroppedRow> told = new ArrayList<>();
    for (int row : dropped) {
      int column =
          vae[row] > cut
              ? mostContributing(rows, row, trims.get(0))
              : teller.mostExtreme(rows, row);
      told.add(dropped(rows, row, forest[row], vae[row], cut, column, ofKept));
    }
    return new Learned(
        new Cleaning(count, kept, told, notes),
        forestJudge,
        trims.isEmpty() ? List.of() : trims.get(0).judges(),
        cut,
        teller,
        ofKept);
  }

  /**
   * @param column that tells why
   * @param ofKept tells what is usual
   */
  static DroppedRow dropped(
      Rows rows, int row, double forest, double vae, double cut, int column, ColumnTeller ofKept) {
    return new DroppedRow(
        row,
        forest,
        vae,
        forest > cut,
        vae > cut,
        rows.schema().columns().get(column).name(),
        ColumnTeller.value(rows, row, column),
        ofKept.usual(column));
  }

  /** By the judge that finds a row strangest; NaN is one that was not asked. */
  static double strangest(double forest, double vae) {
    return Double.isNaN(vae) ? forest : Double.isNaN(forest) ? vae : Math.max(forest, vae);
  }

  /** The column with the largest contribution by the VAE that judged the row. */
  private static int mostContributing(Rows rows, int row, Trim trim) {
    for (int half = 0; half < HALVES; half++) {
      if (Arrays.binarySearch(trim.halves().get(half), row) >= 0) {
        return trim.judges().get(half).mostContributing(rows.select(new int[] {row}))[0];
      }
    }
    throw new IllegalStateException("row: " + row + " is in neither half");
  }

  private boolean[] beyondCut(double[] strangeness) {
    double cut = config.share() == null ? 1 : cutOf(strangeness);
    boolean[] beyond = new boolean[strangeness.length];
    for (int row = 0; row < beyond.length; row++) {
      beyond[row] = strangeness[row] > cut;
    }
    return beyond;
  }

  /** The strangeness that the share asked for exceeds; ties stay. */
  private double cutOf(double[] strangeness) {
    double share = config.share() == null ? 0 : config.share();
    double[] sorted = strangeness.clone();
    Arrays.sort(sorted);
    int out = Math.min(sorted.length - 1, (int) Math.round(share * sorted.length));
    return sorted[sorted.length - 1 - out];
  }

  private static double[] unknown(int count) {
    double[] none = new double[count];
    Arrays.fill(none, Double.NaN);
    return none;
  }
}
