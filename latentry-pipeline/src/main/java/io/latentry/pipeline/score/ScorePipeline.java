package io.latentry.pipeline.score;

import io.latentry.core.data.DataException;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.ScoreColumns;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.ReadAhead;
import io.latentry.pipeline.image.ModelData;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.SeriesScorer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * From an artifact and a table of any length to one verdict per row, in input order. Rows stream
 * through: memory is that of a few batches, whatever the row count.
 */
public final class ScorePipeline {
  private final Progress listener;

  public ScorePipeline(Progress listener) {
    this.listener = listener;
  }

  /**
   * Scores every row of the request's data.
   *
   * @param sink opens the place to write to, given its columns; it is published only when every row
   *     is in it
   * @throws io.latentry.core.artifact.ArtifactException if {@code model} is no usable artifact
   * @throws io.latentry.core.data.DataException if the data cannot be read at all, or not written
   */
  public ScoreOutcome score(
      Path model, ScoreRequest request, Function<List<OutputColumn>, TableSink> sink) {
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(request.threads()))) {
      return score(scorer, request, sink);
    }
  }

  /** The same with an open artifact; its own threads count, not the request's. */
  public ScoreOutcome score(
      Scorer scorer, ScoreRequest request, Function<List<OutputColumn>, TableSink> sink) {
    if (scorer.manifest().series() != null) {
      ModelData.requireTable(scorer.manifest(), request.data());
      return new SeriesScoring(SeriesScorer.of(scorer), request, listener)
          .score(sink, Optional.empty(), 0);
    }
    if (scorer.manifest().image() != null) {
      return new ImageScoring(scorer, request, listener).score(sink, Optional.empty());
    }
    ModelData.requireTable(scorer.manifest(), request.data());
    Set<Output> also =
        request.explain() > 0
            ? FeatureReader.outputs(scorer.outputs())
            : EnumSet.noneOf(Output.class);
    FeatureReader features = new FeatureReader(scorer.manifest());
    VerdictTally tally = new VerdictTally();
    try (DataSource source = DataSource.open(request.data(), request.reading(), request.input());
        RowReader reader =
            source.rows(
                scorer.manifest().schema(),
                request.keep(),
                JudgedBatches.ROWS,
                listener.reading());
        TableSink out =
            sink.apply(
                ScoreColumns.of(
                    request.keep(), source.storedTypes(request.keep()), request.explain()))) {
      if (out.keepsTypes()) {
        reader.keepStored();
      }
      listener.stage("scoring " + source.name());
      ReadAhead.each(
          reader,
          batch -> scorer.judge(batch.rows(), also),
          (batch, judgements) -> {
            tally.add(judgements);
            write(out, batch, judgements, features, request.explain());
          });
      out.commit();
    }
    return tally.outcome();
  }

  /**
   * The same of images, with a picture of the heat of each.
   *
   * @param heatmaps the folder for the pictures
   * @throws io.latentry.core.data.DataException if the model is none of images
   */
  public ScoreOutcome scoreHeat(
      Scorer scorer,
      ScoreRequest request,
      Function<List<OutputColumn>, TableSink> sink,
      Path heatmaps) {
    if (scorer.manifest().image() == null) {
      throw new DataException(
          "heatmaps: of model %s (expected: a model of images); leave them out"
              .formatted(scorer.manifest().modelId()));
    }
    return new ImageScoring(scorer, request, listener).score(sink, Optional.of(heatmaps));
  }

  /**
   * The same of a series, with the anomalies of each key joined into events.
   *
   * @param events opens the place to write them to, one a row
   * @param join normal points that may lie between two anomalies of one event
   * @throws io.latentry.core.artifact.ArtifactException if the model is none of series
   */
  public ScoreOutcome scoreEvents(
      Scorer scorer,
      ScoreRequest request,
      Function<List<OutputColumn>, TableSink> sink,
      Function<List<OutputColumn>, TableSink> events,
      int join) {
    return new SeriesScoring(SeriesScorer.of(scorer), request, listener)
        .score(sink, Optional.of(events), join);
  }

  private static void write(
      TableSink out, RowBatch batch, Judgements judgements, FeatureReader features, int explain) {
    for (int i = 0; i < judgements.count(); i++) {
      int row = i;
      ScoreColumns.write(
          out,
          batch.firstRow() + i,
          judgements.get(i),
          Stream.of(batch.kept()).map(column -> column[row]).toList(),
          column -> batch.literals()[column].get(row),
          top(batch, judgements, i, features, explain),
          features::isNumber,
          explain);
    }
  }

  private static List<Feature> top(
      RowBatch batch, Judgements judgements, int row, FeatureReader features, int explain) {
    return explain > 0 && judgements.verdict(row) != Verdict.UNSCORABLE
        ? features.top(batch.rows(), judgements.scores(), row, explain)
        : List.of();
  }
}
