package io.latentry.pipeline.retrain;

import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.Windows;
import io.latentry.core.graph.Output;
import io.latentry.core.series.WindowAssembler;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.series.PointIndex;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.series.SeriesPass;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.SeriesScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a model of series says of every point of some files, row by row as they lie there.
 *
 * @param names of the files, for provenance
 * @param rows the points as they were read
 * @param said by the window that ends with each
 * @param compared {@code [points]}: smoothed, as the threshold takes it; NaN where there is none
 * @param noSample {@code [points]}: those that are not judged for this alone, that their window is
 *     not whole
 * @param series {@code [points]}: the key
 * @param times {@code [points]}, in units of the model's clock; NaN where it cannot be read
 * @param kept {@code String[columns][points]}: cells of the columns that were asked for
 * @param windows of the points that were wanted, in no order; null if none
 */
record PointVerdicts(
    String source,
    List<String> names,
    Rows rows,
    Contest.Said said,
    float[] compared,
    boolean[] noSample,
    String[] series,
    double[] times,
    String[][] kept,
    @Nullable Windows windows,
    @Nullable String firstReason) {

  /**
   * @param keep columns whose cells are wanted
   * @param wanted given the number of rows, which of them have their windows wanted
   */
  static PointVerdicts of(
      Scorer scorer,
      List<String> data,
      StandardInput input,
      List<String> keep,
      IntFunction<IntPredicate> wanted,
      Progress listener) {
    SeriesScorer model = SeriesScorer.of(scorer);
    try (DataSource source =
        DataSource.open(data, ReadOptions.asFitted(scorer.manifest()), input)) {
      listener.stage("judging " + source.name());
      PointIndex index =
          PointIndex.read(source, model.settings(), Optional.empty(), listener.reading());
      if (index.count() == 0) {
        throw new DataException(source.name() + ": no point (expected: points to learn from)");
      }
      IntPredicate chosen = wanted.apply(index.count());
      Reading reading = new Reading(scorer.manifest().schema(), index.count(), keep.size());
      new SeriesPass(model, index, EnumSet.noneOf(Output.class))
          .each(
              source,
              keep,
              false,
              listener.reading(),
              (places, batch, judged) -> {
                reading.add(places, batch.rows(), batch.kept(), judged, chosen);
              });
      return reading.done(source, index);
    }
  }

  private static final class Reading {
    private final Schema schema;
    private final float[] numeric;
    private final String[] categorical;
    private final Contest.Said said;
    private final float[] compared;
    private final boolean[] noSample;
    private final String[][] kept;
    private final List<Windows> windows = new ArrayList<>();
    private @Nullable String firstReason;

    Reading(Schema schema, int count, int columns) {
      this.schema = schema;
      numeric = new float[count * schema.numericCount()];
      categorical = new String[count * schema.categoricalCount()];
      said =
          new Contest.Said(
              new float[count], new boolean[count], new boolean[count], new double[count]);
      compared = new float[count];
      noSample = new boolean[count];
      kept = new String[columns][count];
    }

    void add(
        int[] places,
        Rows rows,
        String[][] cells,
        SeriesScorer.PointJudgements judged,
        IntPredicate wanted) {
      int numbers = schema.numericCount();
      int texts = schema.categoricalCount();
      Judgements all = judged.judgements();
      for (int i = 0; i < places.length; i++) {
        int row = places[i];
        System.arraycopy(rows.numeric(), i * numbers, numeric, row * numbers, numbers);
        System.arraycopy(rows.categorical(), i * texts, categorical, row * texts, texts);
        for (int j = 0; j < cells.length; j++) {
          kept[j][row] = cells[j][i];
        }
        boolean scorable = all.verdict(i) != Verdict.UNSCORABLE;
        compared[row] = scorable ? all.score(i) : Float.NaN;
        said.scores()[row] = scorable ? judged.unsmoothed()[i] : Float.NaN;
        said.alarms()[row] = all.verdict(i) == Verdict.ANOMALY;
        said.judged()[row] = scorable;
        said.pValues()[row] = scorable ? all.pValue(i) : Double.NaN;
        String reason = scorable ? null : all.reason(i);
        noSample[row] = reason != null && WindowAssembler.lacksAWindow(reason);
        if (reason != null && !noSample[row] && firstReason == null) {
          firstReason = reason;
        }
      }
      int[] chosen =
          IntStream.range(0, places.length)
              .filter(i -> wanted.test(places[i]) && said.judged()[places[i]])
              .toArray();
      if (chosen.length > 0) {
        windows.add(judged.windows().select(chosen));
      }
    }

    PointVerdicts done(DataSource source, PointIndex index) {
      int count = compared.length;
      String[] series = new String[count];
      Arrays.setAll(series, index::key);
      double[] times = new double[count];
      Arrays.setAll(times, index::time);
      return new PointVerdicts(
          source.name(),
          source.names(),
          Rows.of(schema, count, numeric, categorical),
          said,
          compared,
          noSample,
          series,
          times,
          kept,
          windows.isEmpty()
              ? null
              : windows.get(0).followedBy(List.copyOf(windows.subList(1, windows.size()))),
          firstReason);
    }
  }
}
