package io.latentry.server.api.answer;

import io.latentry.core.data.Samples;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.TextFormat;
import io.latentry.ingest.write.ScoreColumns;
import io.latentry.ingest.write.TableSink;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import io.latentry.server.serving.ModelLease;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table that the command {@code score} writes, column by column. */
final class TableAnswer implements AnswerWriter {
  private final TableSink sink;
  private final FeatureReader features;
  private final int explain;
  private final @Nullable SeriesSettings series;

  TableAnswer(OutputStream output, TextFormat format, ModelLease lease, int explain) {
    this.sink =
        TableSink.open(
            output,
            "answer",
            format,
            lease.manifest().series() == null
                ? ScoreColumns.of(List.of(), explain)
                : ScoreColumns.ofSeries(beside(lease.manifest().series()), Map.of(), explain));
    this.series = lease.manifest().series();
    this.features = new FeatureReader(lease.manifest());
    this.explain = explain;
  }

  private static List<String> beside(SeriesSettings settings) {
    return settings.delay() > 0 ? List.of(JudgedTime.NAME) : List.of();
  }

  @Override
  public void write(
      long firstRow, Samples samples, Judgements judged, @Nullable PointJudgements points) {
    for (int i = 0; i < judged.count(); i++) {
      List<Feature> top =
          explain > 0 && judged.verdict(i) != Verdict.UNSCORABLE
              ? features.top(samples, judged.scores(), i, explain)
              : List.of();
      if (points == null || series == null) {
        ScoreColumns.write(
            sink,
            firstRow + i,
            judged.get(i),
            List.of(),
            kept -> false,
            top,
            features::isNumber,
            explain);
      } else {
        ScoreColumns.writeOfSeries(
            sink,
            firstRow + i,
            judged.get(i),
            points.unsmoothed()[i],
            series.delay() > 0 ? List.of(JudgedTime.words(series, points, i)) : List.of(),
            kept -> false,
            top,
            features::isNumber,
            explain);
      }
    }
  }

  @Override
  public void flush() {
    sink.flush();
  }

  @Override
  public void finish(List<String> notices) {
    sink.commit();
    sink.close();
  }
}
