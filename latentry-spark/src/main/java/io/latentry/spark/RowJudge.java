package io.latentry.spark;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Scorer;
import io.latentry.spark.plan.InputPlan;
import io.latentry.spark.plan.OutputPlan;
import io.latentry.spark.plan.RowReading;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;

/** Judges rows of one table with an open scorer. For one thread. */
final class RowJudge implements RowRuns.Judge {
  private final Scorer scorer;
  private final RowReading reading;
  private final OutputPlan output;
  private final Set<Output> also;
  private final FeatureReader features;

  RowJudge(Scorer scorer, InputPlan plan, int explain) {
    Manifest manifest = scorer.manifest();
    this.scorer = scorer;
    this.reading = new RowReading(plan, manifest.schema(), manifest.reading().cells());
    this.output = OutputPlan.of(manifest, explain);
    this.also = explain > 0 ? FeatureReader.outputs(scorer.outputs()) : Set.of();
    this.features = new FeatureReader(manifest);
  }

  @Override
  public JudgedRows judge(List<Row> rows) {
    Rows read = reading.read(rows);
    return new JudgedRows(rows, read, read, scorer.judge(read, also), null, null, output, features);
  }
}
