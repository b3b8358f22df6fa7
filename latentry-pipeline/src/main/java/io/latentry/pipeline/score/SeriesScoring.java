package io.latentry.pipeline.score;

import io.latentry.core.fault.FaultWords;
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
import io.latentry.pipeline.series.SeriesPass;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.SeriesScorer;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  ScoreOutcome score(
      Function<List<OutputColumn>, TableSink> sink,
      Optional<Function<List<OutputColumn>, TableSink>> events,
      int join) {
    Set<Output> also =
        request.explain() > 0 || events.isPresent()
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
                      request.keep(), source.storedTypes(request.keep()), request.explain()));
          EventSink joined = new EventSink(events, join)) {
        listener.stage("scoring " + source.name());
        SeriesPass pass = new SeriesPass(series, index, also);
        if (pass.keepsOrder()) {
          pass.each(
              source,
              request.keep(),
              out.keepsTypes(),
              listener.reading(),
              (rows, batch, judged) -> {
                tally.add(judged.judgements());
                joined.add(rows, index, judged);
                for (int i = 0; i < judged.count(); i++) {
                  write(
                      out,
                      batch,
                      i,
                      judged.judgements().get(i),
                      judged.unsmoothed()[i],
                      top(judged, i, request.explain()));
                }
              });
        } else {
          sortedFirst(source, index, pass, tally, joined, out);
        }
        joined.commit();
        out.commit();
      }
    }
    return tally.outcome();
  }

  /** The verdicts come in another order than the rows: they are kept aside until all are there. */
  private void sortedFirst(
      DataSource source,
      PointIndex index,
      SeriesPass pass,
      VerdictTally tally,
      EventSink joined,
      TableSink out) {
    try (VerdictFile verdicts = new VerdictFile(index.count())) {
      pass.each(
          source,
          List.of(),
          false,
          listener.reading(),
          (rows, batch, judged) -> {
            tally.add(judged.judgements());
            joined.add(rows, index, judged);
            for (int i = 0; i < rows.length; i++) {
              verdicts.put(
                  rows[i],
                  judged.judgements().get(i),
                  judged.unsmoothed()[i],
                  top(judged, i, request.explain()));
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
      throw new UncheckedIOException("the verdicts cannot be kept: " + FaultWords.of(e), e);
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

  private List<Feature> top(PointJudgements judged, int i, int most) {
    return most > 0 && judged.judgements().verdict(i) != Verdict.UNSCORABLE
        ? features.top(judged.windows(), judged.judgements().scores(), i, most)
        : List.of();
  }

  /** Where events go, if anywhere. */
  private final class EventSink implements AutoCloseable {
    private final @Nullable TableSink out;
    private final @Nullable EventWriter writer;

    EventSink(Optional<Function<List<OutputColumn>, TableSink>> events, int join) {
      out = events.map(open -> open.apply(EventWriter.columns())).orElse(null);
      writer = out == null ? null : new EventWriter(series.settings(), join, out);
    }

    void add(int[] rows, PointIndex index, PointJudgements judged) {
      if (writer == null) {
        return;
      }
      for (int i = 0; i < rows.length; i++) {
        Verdict verdict = judged.judgements().verdict(i);
        writer.add(
            index.key(rows[i]),
            index.time(rows[i]),
            rows[i],
            verdict,
            judged.judgements().score(i),
            verdict == Verdict.ANOMALY ? top(judged, i, EventWriter.CHANNELS) : List.of());
      }
    }

    void commit() {
      if (writer != null && out != null) {
        long unused = writer.finish();
        out.commit();
      }
    }

    @Override
    public void close() {
      if (out != null) {
        out.close();
      }
    }
  }
}
