package io.latentry.spark;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.cell.CellText;
import io.latentry.core.graph.Output;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesState;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.SeriesScorer;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import io.latentry.spark.plan.InputPlan;
import io.latentry.spark.plan.OutputPlan;
import io.latentry.spark.plan.RowReading;
import io.latentry.spark.plan.SeriesPlan;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Judges points of series with an open scorer, by what their keys carry. For one thread. */
final class PointJudge {
  private final SeriesScorer series;
  private final RowReading reading;
  private final SeriesPlan plan;
  private final OutputPlan output;
  private final CellText cells;
  private final Set<Output> also;
  private final FeatureReader features;

  PointJudge(Scorer scorer, InputPlan channels, SeriesPlan plan, int explain) {
    this(scorer, channels, plan, OutputPlan.of(scorer.manifest(), explain));
  }

  PointJudge(Scorer scorer, InputPlan channels, SeriesPlan plan, OutputPlan output) {
    Manifest manifest = scorer.manifest();
    this.series = SeriesScorer.of(scorer);
    this.cells = manifest.reading().cells();
    this.reading = new RowReading(channels, manifest.schema(), cells);
    this.plan = plan;
    this.output = output;
    this.also = output.explain() > 0 ? FeatureReader.outputs(scorer.outputs()) : Set.of();
    this.features = new FeatureReader(manifest);
  }

  SeriesScorer series() {
    return series;
  }

  /** The points that these placed rows are. */
  SeriesPoints points(List<Row> rows) {
    return plan.points(rows, reading.read(rows), series.settings(), cells);
  }

  /** What each point brings. */
  PointJudgements judge(SeriesPoints points, Function<String, SeriesState> states) {
    return series.judge(points, states, also);
  }

  /** What becomes of points whose later ones never came. */
  PointJudgements unanswered(double[] times) {
    return series.unanswered(times, also);
  }

  /** Rows, each with the verdict that is told with it. */
  JudgedRows told(List<Row> rows, PointJudgements judged) {
    return new JudgedRows(
        rows,
        judged.windows(),
        judged.windows().judged(),
        judged.judgements(),
        judged.unsmoothed(),
        output.about() ? about(judged) : null,
        output,
        features);
  }

  private @Nullable String[] about(PointJudgements judged) {
    @Nullable String[] words = new String[judged.count()];
    for (int i = 0; i < words.length; i++) {
      double time = judged.about()[i];
      words[i] = Double.isNaN(time) ? null : series.settings().clock().words(time);
    }
    return words;
  }
}
