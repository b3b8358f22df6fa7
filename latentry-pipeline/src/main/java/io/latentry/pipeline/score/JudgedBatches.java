package io.latentry.pipeline.score;

import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.series.PointIndex;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.ReadAhead;
import io.latentry.pipeline.image.ModelData;
import io.latentry.pipeline.series.SeriesPass;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.SeriesScorer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** A pass over a table in batches: the next one is read while one is judged and used. */
final class JudgedBatches {
  /** Rows of a batch. */
  static final int ROWS = 8_192;

  private JudgedBatches() {}

  /**
   * Verdicts on every row of the request's data, with the columns that it keeps.
   *
   * @param stage what the pass is called, before the name of the data
   */
  static void each(
      Scorer scorer,
      ScoreRequest request,
      String stage,
      Progress listener,
      BiConsumer<RowBatch, Judgements> consumer) {
    each(scorer, request, stage, listener, (rows, index, batch, judged) -> {}, consumer);
  }

  /**
   * The same.
   *
   * @param points another look at the points of a series
   */
  static void each(
      Scorer scorer,
      ScoreRequest request,
      String stage,
      Progress listener,
      PointLook points,
      BiConsumer<RowBatch, Judgements> consumer) {
    try (DataSource source = open(scorer, request)) {
      each(scorer, source, request.keep(), stage, listener, points, consumer);
    }
  }

  /** The data of a request, to {@link #each} of which the model has a verdict. */
  static DataSource open(Scorer scorer, ScoreRequest request) {
    ModelData.requireRows(scorer.manifest());
    ModelData.requireTable(scorer.manifest(), request.data());
    return DataSource.open(request.data(), request.reading(), request.input());
  }

  /**
   * The same of what {@link #open} opened.
   *
   * @param keep columns to carry over
   */
  static void each(
      Scorer scorer,
      DataSource source,
      List<String> keep,
      String stage,
      Progress listener,
      PointLook points,
      BiConsumer<RowBatch, Judgements> consumer) {
    if (scorer.manifest().series() != null) {
      points(SeriesScorer.of(scorer), source, keep, stage, listener, points, consumer);
      return;
    }
    try (RowReader reader =
        source.rows(scorer.manifest().schema(), keep, ROWS, listener.reading())) {
      listener.stage(stage + source.name());
      ReadAhead.each(reader, batch -> scorer.judge(batch.rows()), consumer);
    }
  }

  private static void points(
      SeriesScorer scorer,
      DataSource source,
      List<String> keep,
      String stage,
      Progress listener,
      PointLook look,
      BiConsumer<RowBatch, Judgements> consumer) {
    listener.stage("reading the times of " + source.name());
    PointIndex index =
        PointIndex.read(source, scorer.settings(), Optional.empty(), listener.reading());
    listener.stage(stage + source.name());
    new SeriesPass(scorer, index, Set.of())
        .each(
            source,
            keep,
            false,
            listener.reading(),
            (rows, batch, judged) -> {
              look.at(rows, index, batch, judged.judgements());
              consumer.accept(batch, judged.judgements());
            });
  }

  /** Looks at points with their keys and times. */
  @FunctionalInterface
  interface PointLook {
    void at(int[] rows, PointIndex index, RowBatch batch, Judgements judged);
  }
}
