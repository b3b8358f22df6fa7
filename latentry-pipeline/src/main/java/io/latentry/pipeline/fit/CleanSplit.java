package io.latentry.pipeline.fit;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.clean.CleanConfig;
import io.latentry.pipeline.clean.Cleaning;
import io.latentry.pipeline.clean.GrossRows;
import io.latentry.pipeline.clean.RowCleaner;
import io.latentry.pipeline.clean.TwoHills;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.pipeline.train.SideBySide;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * A split whose training parts are without the rows that do not look normal. Each part is cleaned
 * by itself; of validation and calibration rows only those that lie apart from all others are left
 * out, so that the promised false-alarm rate remains one of normal rows as they come. With those it
 * would not be: the threshold would lie among them.
 *
 * @param record for the manifest, of the final model's rows
 */
record CleanSplit(DataSplit split, Manifest.Cleaning record) {
  private static final int EXAMPLES = 10;

  /** Of 73 tables' scores, 2 in 100 were further apart than 5.3 without any contamination. */
  private static final double APART = 7;

  /** The share that cleaning left out, of the share that scores apart, at least. */
  private static final double LEAST_OF_BEYOND = 0.5;

  static CleanSplit of(DataSplit whole, TrainingData data, FitConfig config, Progress listener) {
    GrossRows gross =
        GrossRows.of(data.points(IntStream.range(0, data.counts().normal()).toArray()));
    boolean[] out = new boolean[data.counts().normal()];
    IntStream.of(gross.indices()).forEach(row -> out[row] = true);
    DataSplit dealt = without(whole, out);
    if (!gross.isEmpty()) {
      listener.notice(
          "cleaning: %,d of %,d normal rows lie far apart from the others and are left out everywhere, in calibration too"
              .formatted(gross.indices().length, out.length));
    }
    listener.stage("training judges that clean");
    List<int[]> parts = new ArrayList<>();
    dealt.folds().forEach(fold -> parts.add(fold.train()));
    parts.add(dealt.train());
    List<Cleaning> cleanings = new ArrayList<>();
    try (SideBySide work = new SideBySide(listener, config.training().threads())) {
      List<Future<Cleaning>> coming = new ArrayList<>();
      for (int[] part : parts) {
        coming.add(
            work.submit(
                steps ->
                    new RowCleaner(CleanConfig.DEFAULT, config, steps).clean(data.points(part))));
      }
      for (Future<Cleaning> future : coming) {
        cleanings.add(work.await(future));
      }
    }
    List<DataSplit.Fold> folds = new ArrayList<>();
    for (int i = 0; i < dealt.folds().size(); i++) {
      DataSplit.Fold fold = dealt.folds().get(i);
      folds.add(
          new DataSplit.Fold(
              kept(fold.train(), cleanings.get(i)), fold.validation(), fold.calibration()));
    }
    Cleaning last = cleanings.get(cleanings.size() - 1);
    last.notes().forEach(listener::notice);
    listener.notice(
        "cleaning: %,d of %,d training rows left out (%,d by the isolation forest, %,d by VAEs)"
            .formatted(last.dropped().size(), last.rows(), last.byForest(), last.byVae()));
    int[] tableRows = data.places(dealt.train());
    List<Manifest.LeftOutRow> strangest = new ArrayList<>();
    gross
        .examples()
        .forEach(
            row ->
                strangest.add(
                    new Manifest.LeftOutRow(
                        data.places(new int[] {row.index()})[0], "far apart; " + row.reason())));
    last.dropped()
        .forEach(
            row -> strangest.add(new Manifest.LeftOutRow(tableRows[row.index()], row.reason())));
    int grossToTrain = whole.train().length - dealt.train().length;
    return new CleanSplit(
        new DataSplit(kept(dealt.train(), last), dealt.validation(), folds),
        new Manifest.Cleaning(
            last.rows() + grossToTrain,
            last.dropped().size() + grossToTrain,
            last.byForest(),
            last.byVae(),
            strangest.stream().limit(EXAMPLES).toList()));
  }

  /**
   * The scores that calibrate: without those that make a hill of their own far beyond the others,
   * if cleaning left a like share of the training rows out. What a model of clean rows sees so
   * plainly is no normal row, and with it the threshold would lie among anomalies.
   */
  double[] calibrating(double[] scores, Progress listener) {
    // Unlike the score itself, its hyperbolic sine grows as the terms do.
    TwoHills hills = TwoHills.of(Arrays.stream(scores).map(Math::sinh).toArray());
    double[] below = Arrays.stream(scores).filter(s -> Math.sinh(s) < hills.cut()).toArray();
    double beyond = 1 - (double) below.length / scores.length;
    double leftOut = (double) record.leftOut() / record.rows();
    if (hills.apart() < APART || leftOut < LEAST_OF_BEYOND * beyond) {
      return scores;
    }
    listener.notice(
        "cleaning: %,d of %,d calibration rows score far apart from the others and do not calibrate"
            .formatted(scores.length - below.length, scores.length));
    return below;
  }

  private static DataSplit without(DataSplit split, boolean[] out) {
    return new DataSplit(
        without(split.train(), out),
        without(split.validation(), out),
        split.folds().stream()
            .map(
                fold ->
                    new DataSplit.Fold(
                        without(fold.train(), out),
                        without(fold.validation(), out),
                        without(fold.calibration(), out)))
            .toList());
  }

  private static int[] without(int[] rows, boolean[] out) {
    return IntStream.of(rows).filter(row -> !out[row]).toArray();
  }

  private static int[] kept(int[] rows, Cleaning cleaning) {
    return IntStream.of(cleaning.kept()).map(i -> rows[i]).toArray();
  }
}
