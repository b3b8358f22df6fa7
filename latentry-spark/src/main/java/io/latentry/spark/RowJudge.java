package io.latentry.spark;

import io.latentry.core.cell.CellText;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;

/** Judges rows of one table with an open scorer. For one thread. */
final class RowJudge {
  private final Scorer scorer;
  private final InputPlan plan;
  private final int explain;
  private final CellText cells;
  private final int[] targets;
  private final Set<Output> also;
  private final FeatureReader features;

  RowJudge(Scorer scorer, InputPlan plan, int explain) {
    this.scorer = scorer;
    this.plan = plan;
    this.explain = explain;
    this.cells = scorer.manifest().reading().cells();
    RowsBuilder columns = new RowsBuilder(scorer.manifest().schema(), 0);
    this.targets = scorer.manifest().schema().given().stream().mapToInt(columns::column).toArray();
    this.also = explain > 0 ? FeatureReader.outputs(scorer.outputs()) : Set.of();
    this.features = new FeatureReader(scorer.manifest());
  }

  /** Some rows and what became of them. */
  final class Judged {
    private final List<Row> rows;
    private final Rows read;
    private final Judgements judgements;

    private Judged(List<Row> rows, Rows read, Judgements judgements) {
      this.rows = rows;
      this.read = read;
      this.judgements = judgements;
    }

    int count() {
      return rows.size();
    }

    Rows read() {
      return read;
    }

    Judgements judgements() {
      return judgements;
    }

    /** A row with its verdict behind it. */
    Row row(int index) {
      return OutputPlan.judged(
          rows.get(index), judgements.get(index), top(index), explain, features);
    }

    /** The verdict on a row alone. */
    Row verdict(int index) {
      return OutputPlan.verdict(judgements.get(index), top(index), explain, features);
    }

    private List<Feature> top(int index) {
      return explain > 0 && judgements.verdict(index) != Verdict.UNSCORABLE
          ? features.top(read, judgements.scores(), index, explain)
          : List.of();
    }
  }

  /** At least one row. */
  Judged judge(List<Row> rows) {
    RowsBuilder builder = new RowsBuilder(scorer.manifest().schema(), rows.size(), cells);
    for (Row row : rows) {
      plan.read(row, builder, targets, cells);
    }
    Rows read = builder.rows();
    return new Judged(rows, read, scorer.judge(read, also));
  }
}
