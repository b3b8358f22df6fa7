package io.latentry.server.api;

import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.RowBatch;
import io.latentry.ingest.ScoreColumns;
import io.latentry.ingest.TableSink;
import io.latentry.ingest.TextFormat;
import io.latentry.scoring.Feature;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ModelLease;
import java.io.OutputStream;
import java.util.List;

/** The table that the command {@code score} writes, column by column. */
final class TableAnswer implements AnswerWriter {
  private final TableSink sink;
  private final FeatureReader features;
  private final int explain;

  TableAnswer(OutputStream output, TextFormat format, ModelLease lease, int explain) {
    this.sink = TableSink.open(output, "answer", format, ScoreColumns.of(List.of(), explain));
    this.features = new FeatureReader(lease.manifest());
    this.explain = explain;
  }

  @Override
  public void write(RowBatch batch, Judgements judged) {
    float[] reconstructionTerm = judged.scores().values(Output.RECONSTRUCTION_TERM);
    float[] latentTerm = judged.scores().values(Output.LATENT_TERM);
    for (int i = 0; i < judged.count(); i++) {
      boolean scorable = judged.verdict(i) != Verdict.UNSCORABLE;
      TableSink row =
          sink.integer(batch.firstRow() + i)
              .number(judged.score(i))
              .number(judged.pValue(i))
              .text(judged.verdict(i).word())
              .text(judged.reason(i))
              .number(scorable ? reconstructionTerm[i] : Float.NaN)
              .number(scorable ? latentTerm[i] : Float.NaN);
      List<Feature> top =
          scorable && explain > 0
              ? features.top(batch.rows(), judged.scores(), i, explain)
              : List.of();
      for (int k = 0; k < explain; k++) {
        row =
            k < top.size()
                ? row.text(top.get(k).name())
                    .text(top.get(k).actual())
                    .text(top.get(k).expected())
                    .number((float) top.get(k).contribution())
                : row.text("").text("").text("").number(Float.NaN);
      }
      row.endRow();
    }
  }

  @Override
  public void finish(List<String> notices) {
    sink.commit();
    sink.close();
  }
}
