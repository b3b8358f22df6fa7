package io.latentry.pipeline.score;

import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.series.PointIndex;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.ScoreColumns;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.PointJudgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.SeriesScorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** From a model of series and a file of points to one verdict a row, in input order. */
final class SeriesScoring {
  private static final int BATCH = 8_192;

  private final SeriesScorer series;
  private final Scorer scorer;
  private final ScoreRequest request;
  private final Progress listener;
  private final FeatureReader features;

  SeriesScoring(SeriesScorer series, ScoreRequest request, Progress listener) {
    this.series = series;
    this.scorer = series.scorer();
    this.request = request;
    this.listener = listener;
    this.features = new FeatureReader(scorer.manifest());
  }

  ScoreOutcome score(Function<List<OutputColumn>, TableSink> sink) {
    Set<Output> also =
        request.explain() > 0
            ? FeatureReader.outputs(scorer.outputs())
            : EnumSet.noneOf(Output.class);
    VerdictTally tally = new VerdictTally();
    try (DataSource source = DataSource.open(request.data(), request.reading(), request.input())) {
      listener.stage("reading the times of " + source.name());
      PointIndex index =
          PointIndex.read(source, series.settings(), Optional.empty(), listener.reading());
      try (TableSink out =
          sink.apply(
              ScoreColumns.ofSeries(
                  request.keep(), source.storedTypes(request.keep()), request.explain()))) {
        listener.stage("scoring " + source.name());
        SeriesPass pass = new SeriesPass(series, index, also);
        if (index.isInOrder()) {
          pass.each(
              source,
              request.keep(),
              out.keepsTypes(),
              listener.reading(),
              (rows, batch, judged) -> {
                tally.add(judged.judgements());
                for (int i = 0; i < judged.count(); i++) {
                  write(
                      out,
                      batch,
                      i,
                      judged.judgements().get(i),
                      judged.unsmoothed()[i],
                      top(judged, i));
                }
              });
        } else {
          sortedFirst(source, index, pass, tally, out);
        }
        out.commit();
      }
    }
    return tally.outcome();
  }

  /** The verdicts come in another order than the rows: they are kept aside until all are there. */
  private void sortedFirst(
      DataSource source, PointIndex index, SeriesPass pass, VerdictTally tally, TableSink out) {
    try (VerdictFile verdicts = new VerdictFile(index.count())) {
      pass.each(
          source,
          List.of(),
          false,
          listener.reading(),
          (rows, batch, judged) -> {
            tally.add(judged.judgements());
            for (int i = 0; i < rows.length; i++) {
              verdicts.put(
                  rows[i], judged.judgements().get(i), judged.unsmoothed()[i], top(judged, i));
            }
          });
      try (RowReader reader =
          source.rows(scorer.manifest().schema(), request.keep(), BATCH, listener.reading())) {
        if (out.keepsTypes()) {
          reader.keepStored();
        }
        while (reader.hasNext()) {
          RowBatch batch = reader.next();
          for (int i = 0; i < batch.rows().count(); i++) {
            VerdictFile.Entry entry = verdicts.get(Math.toIntExact(batch.firstRow() + i));
            write(out, batch, i, entry.judgement(), entry.unsmoothed(), entry.top());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the verdicts cannot be kept: " + e.getMessage(), e);
    }
  }

  private void write(
      TableSink out,
      RowBatch batch,
      int i,
      Judgement judgement,
      float unsmoothed,
      List<Feature> top) {
    ScoreColumns.writeOfSeries(
        out,
        batch.firstRow() + i,
        judgement,
        unsmoothed,
        Stream.of(batch.kept()).map(column -> column[i]).toList(),
        column -> batch.literals()[column].get(i),
        top,
        features::isNumber,
        request.explain());
  }

  private List<Feature> top(PointJudgements judged, int i) {
    return request.explain() > 0 && judged.judgements().verdict(i) != Verdict.UNSCORABLE
        ? features.top(judged.windows(), judged.judgements().scores(), i, request.explain())
        : List.of();
  }
}
