package io.latentry.pipeline.explain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.image.ModelData;
import io.latentry.pipeline.series.SeriesPass;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.SeriesScorer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Explains single rows. */
public final class Explainer {
  private static final int NEAREST = 3;
  private static final int BATCH_ROWS = 8_192;

  private final Scorer scorer;
  private final FeatureReader features;

  public Explainer(Scorer scorer) {
    this.scorer = scorer;
    this.features = new FeatureReader(scorer.manifest());
  }

  /**
   * Explains one row of a table.
   *
   * @param row 0-based
   * @param top most features to name
   * @throws DataException if there is no such row
   */
  public Explanation explain(
      List<String> data, StandardInput input, ReadOptions reading, long row, int top) {
    ModelData.requireRows(scorer.manifest());
    ModelData.requireTable(scorer.manifest(), data);
    if (scorer.manifest().series() != null) {
      return point(data, input, reading, row, top);
    }
    try (DataSource source = DataSource.open(data, reading, input);
        RowReader reader =
            source.rows(scorer.manifest().schema(), List.of(), BATCH_ROWS, ReadListener.NONE)) {
      long seen = 0;
      while (reader.hasNext()) {
        RowBatch batch = reader.next();
        if (row < batch.firstRow() + batch.rows().count()) {
          int index = (int) (row - batch.firstRow());
          return explain(batch.rows().select(new int[] {index}), 0, row, top);
        }
        seen = batch.firstRow() + batch.rows().count();
      }
      throw new DataException(
          "row: %d (expected: 0 to %d, the rows of %s)".formatted(row, seen - 1, source.name()));
    }
  }

  /** Explains one point of a series, by what came before it. */
  private Explanation point(
      List<String> data, StandardInput input, ReadOptions reading, long row, int top) {
    SeriesScorer series = SeriesScorer.of(scorer);
    AtomicReference<Explanation> found = new AtomicReference<>();
    long count;
    try (DataSource source = DataSource.open(data, reading, input)) {
      count =
          SeriesPass.each(
              series,
              source,
              wanted(),
              (rows, batch, judged) -> {
                for (int i = 0; i < rows.length; i++) {
                  if (rows[i] == row) {
                    found.set(explained(judged.windows(), judged.judgements(), i, row, top));
                  }
                }
              });
    }
    if (found.get() == null) {
      throw new DataException(
          "row: %d (expected: 0 to %d, the rows of %s)".formatted(row, count - 1, data.get(0)));
    }
    return found.get();
  }

  private Set<Output> wanted() {
    Set<Output> outputs = FeatureReader.outputs(scorer.outputs());
    outputs.add(Output.LATENT_MEAN);
    return outputs;
  }

  /** Explains {@code rows}' row {@code index}, which is {@code row} of the data. */
  public Explanation explain(Rows rows, int index, long row, int top) {
    return explained(rows, scorer.judge(rows, wanted()), index, row, top);
  }

  private Explanation explained(
      Samples samples, Judgements judgements, int index, long row, int top) {
    Judgement judgement = judgements.get(index);
    Manifest manifest = scorer.manifest();
    double own = judgements.threshold(index);
    double threshold = Double.isFinite(own) ? own : manifest.threshold().current().score();
    if (judgement.verdict() == Verdict.UNSCORABLE) {
      return new Explanation(
          row,
          judgement,
          threshold,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          List.of(),
          List.of(),
          List.of(),
          Optional.empty());
    }
    ScoreMix mix = manifest.calibration().mix();
    float[] codes = judgements.scores().values(Output.LATENT_MEAN);
    int latent = judgements.scores().width(Output.LATENT_MEAN);
    return new Explanation(
        row,
        judgement,
        threshold,
        mix.alpha() * mix.reconstruction().apply(judgement.reconstructionTerm()),
        (1 - mix.alpha()) * mix.latent().apply(judgement.latentTerm()),
        mix.noveltyWeight() == null
            ? 0
            : judgement.score() - mix.score(judgement.reconstructionTerm(), judgement.latentTerm()),
        features.top(samples, judgements.scores(), index, top),
        features.moments(samples, judgements.scores(), index, top),
        nearest(manifest, codes, index * latent),
        judgement.verdict() == Verdict.ANOMALY && samples instanceof Rows rows
            ? new SmallestRepair(scorer).of(rows, index, contributions(judgements, index))
            : Optional.empty());
  }

  private static float[] contributions(Judgements judgements, int index) {
    float[] all = FeatureReader.contributions(judgements.scores());
    int columns = all.length / judgements.count();
    return Arrays.copyOfRange(all, index * columns, (index + 1) * columns);
  }

  private static List<Explanation.NearestNormal> nearest(
      Manifest manifest, float[] codes, int offset) {
    return manifest.normals().stream()
        .map(
            normal ->
                new Explanation.NearestNormal(
                    normal.row(),
                    distance(normal.latentMean(), codes, offset),
                    values(manifest.schema(), normal)))
        .sorted(
            Comparator.comparingDouble(Explanation.NearestNormal::distance)
                .thenComparing(Explanation.NearestNormal::row))
        .limit(NEAREST)
        .toList();
  }

  private static double distance(float[] code, float[] codes, int offset) {
    double sum = 0;
    for (int k = 0; k < code.length; k++) {
      double difference = code[k] - codes[offset + k];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  private static Map<String, String> values(Schema schema, Manifest.ReferenceRow row) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int j = 0; j < schema.columns().size(); j++) {
      values.put(
          schema.columns().get(j).name(),
          j < schema.numericCount()
              ? FeatureReader.text(schema, j, row.numeric()[j])
              : row.categorical()[j - schema.numericCount()]);
    }
    return values;
  }
}
