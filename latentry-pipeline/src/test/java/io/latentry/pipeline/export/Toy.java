package io.latentry.pipeline.export;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Probes;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.TermScale;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.data.UnseenPolicy;
import io.latentry.core.graph.Dense;
import io.latentry.core.graph.Output;
import io.latentry.core.preprocessing.TablePreprocessor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A toy detector with all that belongs to it, over columns of every type and policy.
 *
 * @param data rows of which some lack what may be lacking
 */
record Toy(Schema schema, Rows data, ToyDetector detector, Manifest manifest, Probes probes) {
  private static final Schema MIXED =
      Schema.ordered(
          List.of(
              numeric("amount", ColumnType.NUMERIC, MissingPolicy.REJECT),
              numeric("age", ColumnType.NUMERIC, MissingPolicy.IMPUTE),
              numeric("weight", ColumnType.NUMERIC, MissingPolicy.IMPUTE),
              numeric("active", ColumnType.BOOLEAN, MissingPolicy.IMPUTE),
              numeric("seen", ColumnType.TIMESTAMP, MissingPolicy.REJECT),
              Column.categorical(
                  "country",
                  MissingPolicy.IMPUTE,
                  UnseenPolicy.OTHER,
                  List.of("Österreich", "日本", "a,b \"c\"")),
              Column.categorical(
                  "kind", MissingPolicy.REJECT, UnseenPolicy.REJECT, List.of("x", "y"))),
          List.of());

  private static final Schema NUMBERS =
      Schema.ordered(
          List.of(
              numeric("a", ColumnType.NUMERIC, MissingPolicy.REJECT),
              numeric("b", ColumnType.NUMERIC, MissingPolicy.REJECT),
              numeric("c", ColumnType.NUMERIC, MissingPolicy.REJECT)),
          List.of());

  private static final Schema CATEGORIES =
      Schema.ordered(
          List.of(
              Column.categorical(
                  "kind", MissingPolicy.IMPUTE, UnseenPolicy.OTHER, List.of("x", "y", "z"))),
          List.of());

  static Toy mixed(int members) {
    return of(MIXED, members, 11);
  }

  static Toy numbers(int members) {
    return of(NUMBERS, members, 12);
  }

  static Toy categories(int members) {
    return of(CATEGORIES, members, 13);
  }

  /** The same with other weights under the same name. */
  Toy retrained() {
    return of(schema, detector.members(), detector.seed() + 1);
  }

  void export(Path target) {
    OnnxExporter.export(detector, manifest, probes, target);
  }

  Toy withProbes(Probes others) {
    return new Toy(schema, data, detector, manifest, others);
  }

  static Rows rows(Schema schema, int count, long seed) {
    Random random = new Random(seed);
    int numericCount = schema.numericCount();
    int categoricalCount = schema.categoricalCount();
    float[] numeric = new float[count * numericCount];
    String[] categorical = new String[count * categoricalCount];
    for (int row = 0; row < count; row++) {
      for (int j = 0; j < numericCount; j++) {
        Column column = schema.columns().get(j);
        boolean lacks = column.missing() == MissingPolicy.IMPUTE && random.nextInt(10) == 0;
        numeric[row * numericCount + j] =
            lacks
                ? Float.NaN
                : switch (column.type()) {
                  case BOOLEAN -> random.nextInt(2);
                  case TIMESTAMP -> random.nextInt(604_800);
                  default -> (float) (50 + 12 * random.nextGaussian());
                };
      }
      for (int j = 0; j < categoricalCount; j++) {
        Column column = schema.categorical(j);
        List<String> known = column.categories();
        boolean lacks = column.missing() == MissingPolicy.IMPUTE && random.nextInt(10) == 0;
        boolean unseen = column.unseen() == UnseenPolicy.OTHER && random.nextInt(10) == 0;
        categorical[row * categoricalCount + j] =
            lacks ? "" : unseen ? "unseen" : known.get(random.nextInt(known.size()));
      }
    }
    return Rows.of(schema, count, numeric, categorical);
  }

  private static Toy of(Schema schema, int members, long seed) {
    Rows data = rows(schema, 200, 5);
    TablePreprocessor preprocessor = TablePreprocessor.fit(data);
    ScoreMix mix =
        new ScoreMix(
            ScoreMix.Combination.WEIGHTED_SUM,
            0.6,
            new TermScale(TermScale.Normalization.Z_SCORE, 20, 10, TermScale.Transform.ASINH),
            new TermScale(TermScale.Normalization.ROBUST, 1, 0.5, TermScale.Transform.SOFTPLUS));
    ToyDetector detector = new ToyDetector(preprocessor, members, mix, seed);
    Map<Output, Dense> outputs = detector.run(data);
    double[] scores = new double[data.count()];
    List<Probes.Probe> probes = new ArrayList<>();
    for (int row = 0; row < data.count(); row++) {
      scores[row] = outputs.get(Output.SCORE).values()[row];
      if (row < 32) {
        probes.add(
            new Probes.Probe(
                Arrays.copyOfRange(
                    data.numeric(), row * schema.numericCount(), (row + 1) * schema.numericCount()),
                Arrays.copyOfRange(
                    data.categorical(),
                    row * schema.categoricalCount(),
                    (row + 1) * schema.categoricalCount()),
                scores[row],
                outputs.get(Output.RECONSTRUCTION_TERM).values()[row],
                outputs.get(Output.LATENT_TERM).values()[row]));
      }
    }
    Arrays.sort(scores);
    Threshold threshold =
        new Threshold(scores[189], Threshold.Rule.QUANTILE, 0.05, 0.08, 200, "toy", "fit");
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT_VERSION,
            "toy",
            schema,
            new Manifest.ModelSpec("plain", members, 3, "neighbourhood", Map.of()),
            new Manifest.Calibration(mix, scores, scores.length, "held-out"),
            new Manifest.Thresholds(threshold, List.of()),
            List.of(),
            List.of(),
            List.of(),
            new Manifest.Health(true, 3, new double[] {1, 1, 1}, List.of()),
            List.of(),
            new Manifest.Provenance(
                "", List.of(), 200, 0, 200, 0, 0, seed, Map.of(), Map.of(), null, null, List.of(),
                null));
    return new Toy(schema, data, detector, manifest, new Probes(probes));
  }

  private static Column numeric(String name, ColumnType type, MissingPolicy missing) {
    return Column.numeric(name, type, missing, 0, 100);
  }
}
