package io.latentry.pipeline.fit;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.clean.CleanConfig;
import io.latentry.pipeline.clean.Cleaning;
import io.latentry.pipeline.clean.RowCleaner;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.pipeline.train.SideBySide;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * A split whose training parts are without the rows that do not look normal. Each part is cleaned
 * by itself; validation and calibration rows stay as they are, so that the promised false-alarm
 * rate remains one of rows as they come.
 *
 * @param record for the manifest, of the final model's rows
 */
record CleanSplit(DataSplit split, Manifest.Cleaning record) {
  private static final int EXAMPLES = 10;

  static CleanSplit of(DataSplit dealt, TrainingData data, FitConfig config, Progress listener) {
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
                    new RowCleaner(CleanConfig.DEFAULT, config, steps).clean(data.normals(part))));
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
    return new CleanSplit(
        new DataSplit(kept(dealt.train(), last), dealt.validation(), folds),
        new Manifest.Cleaning(
            last.rows(),
            last.dropped().size(),
            last.byForest(),
            last.byVae(),
            last.dropped().stream()
                .limit(EXAMPLES)
                .map(row -> new Manifest.LeftOutRow(tableRows[row.index()], row.reason()))
                .toList()));
  }

  private static int[] kept(int[] rows, Cleaning cleaning) {
    return IntStream.of(cleaning.kept()).map(i -> rows[i]).toArray();
  }
}
