package io.latentry.core.artifact;

import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.calibration.TermScale;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Novelty;
import io.latentry.core.preprocessing.NumericScale;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.text.TextColumn;
import io.latentry.core.text.TextCounts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest must hold to be one that a fit, a move of its threshold or a retraining writes:
 * every number finite and in its range, its parts of one model. Nothing that is computed with them
 * later has to ask again.
 */
public final class ManifestRules {
  /** Characters of the model's id; a fit writes 16. */
  private static final int LONGEST_ID = 1_000;

  /** Shares that were summed up one row after the other are that near to 1. */
  private static final double ROUNDING = 1e-6;

  /** What stands behind the columns among the reference. */
  private static final List<String> TERMS = List.of("reconstruction_term", "latent_term", "score");

  private final Manifest manifest;

  private ManifestRules(Manifest manifest) {
    this.manifest = manifest;
  }

  /**
   * @throws ArtifactException naming the value that no fit writes
   */
  public static void require(Manifest manifest) {
    ManifestRules rules = new ManifestRules(manifest);
    rules.requireModel();
    rules.requireColumns();
    rules.requireCalibration();
    rules.requireThresholds();
    rules.requireReference();
    rules.requireNormals();
    rules.requireTraining();
    rules.requireProvenance();
    rules.requireScales();
    rules.requireLineage();
  }

  private void requireModel() {
    String id = manifest.modelId();
    require(
        !id.isBlank() && id.length() <= LONGEST_ID,
        "model_id",
        id.length() + " characters",
        "1 to " + LONGEST_ID);
    Manifest.ModelSpec model = manifest.model();
    requireAtLeast("model.members", model.members(), 1);
    requireAtLeast("model.latent", model.latent(), 1);
    SeriesSettings series = manifest.series();
    if (series != null) {
      Set<String> names = new HashSet<>(series.keys());
      require(
          names.size() == series.keys().size() && !names.contains(series.time()),
          "series.keys",
          series.keys(),
          "columns of their own, each once");
    }
  }

  private void requireColumns() {
    for (Column column : manifest.schema().columns()) {
      String where = "schema.columns '" + column.name() + "'";
      boolean ofCategories = column.type() == ColumnType.CATEGORICAL;
      require(
          ofCategories ? column.range() == null : column.categories().isEmpty(),
          where,
          ofCategories ? "a range" : column.categories().size() + " categories",
          "none of a column that is " + column.type());
      require(
          !column.categories().contains(""),
          where + ", categories",
          "''",
          "none that means a missing value");
      requireNovelty(where + ", novelty", column.novelty());
    }
    for (TextColumn text : manifest.schema().texts()) {
      for (TextCounts counts : text.counts()) {
        for (int rows : counts.rows()) {
          require(
              rows <= text.rows(),
              "schema.texts '" + text.name() + "', counts",
              rows,
              "no more than its " + text.rows() + " rows");
        }
      }
    }
  }

  private static void requireNovelty(String where, @Nullable Novelty novelty) {
    if (novelty == null) {
      return;
    }
    requireAtLeast(where + ".rows", novelty.rows(), 1);
    if (novelty.lacking() != null) {
      require(
          novelty.lacking() >= 0 && novelty.lacking() <= novelty.rows(),
          where + ".lacking",
          novelty.lacking(),
          "0 to " + novelty.rows() + ", its rows");
    }
    if (novelty.limits() != null) {
      novelty.limits().forEach(limit -> requireFloat(where + ".limits", limit));
    }
  }

  private void requireCalibration() {
    Manifest.Calibration calibration = manifest.calibration();
    for (double score : calibration.scores()) {
      requireFloat("calibration.scores", score);
    }
    require(
        calibration.scores().length <= Manifest.Calibration.MOST_SCORES,
        "calibration.scores",
        calibration.scores().length,
        "at most " + Manifest.Calibration.MOST_SCORES);
    ScoreMix mix = calibration.mix();
    requireScale("calibration.mix.reconstruction", mix.reconstruction());
    requireScale("calibration.mix.latent", mix.latent());
    if (mix.noveltyWeight() != null) {
      requireFloat("calibration.mix.novelty_weight", mix.noveltyWeight());
    }
  }

  private static void requireScale(String where, TermScale scale) {
    requireFloat(where + ".center", scale.center());
    requireFloat(where + ".spread", scale.spread());
  }

  private void requireThresholds() {
    List<Threshold> all = new ArrayList<>(manifest.threshold().history());
    all.add(manifest.threshold().current());
    for (Threshold threshold : all) {
      // Scores are float32: none is above the largest of them.
      requireFloat("threshold.score", threshold.score());
      for (SegmentThreshold segment : threshold.segments()) {
        Double score = segment.score();
        if (score != null) {
          requireFloat("threshold.segments.score", score);
        }
      }
      Threshold.Rule rule = threshold.rule();
      require(
          threshold.falseAlarmRate() < 1 || !rule.isFitted(),
          "threshold.false_alarm_rate",
          threshold.falseAlarmRate(),
          "below 1 by rule " + rule);
      // The other rules may be stricter than they promise, and their rows then say so.
      boolean byRows = rule == Threshold.Rule.MANUAL || rule == Threshold.Rule.QUANTILE;
      require(
          !byRows || threshold.falseAlarmRateUpperBound() >= threshold.falseAlarmRate() - ROUNDING,
          "threshold.false_alarm_rate_upper_bound",
          threshold.falseAlarmRateUpperBound(),
          "no less than the rate, " + threshold.falseAlarmRate());
      require(
          threshold.calibrationRows() == manifest.calibration().rows(),
          "threshold.calibration_rows",
          threshold.calibrationRows(),
          manifest.calibration().rows() + ", the calibration's");
    }
  }

  private void requireReference() {
    List<Column> columns = manifest.schema().columns();
    List<String> names = new ArrayList<>(columns.stream().map(Column::name).toList());
    names.addAll(TERMS);
    List<Manifest.ReferenceDistribution> reference = manifest.reference();
    if (reference.isEmpty()) {
      return;
    }
    List<String> given = reference.stream().map(Manifest.ReferenceDistribution::name).toList();
    require(
        given.equals(names),
        "reference",
        "of " + given.size() + " quantities",
        "the " + columns.size() + " columns in order, and " + TERMS);
    for (int i = 0; i < reference.size(); i++) {
      Manifest.ReferenceDistribution of = reference.get(i);
      String where = "reference '" + of.name() + "'";
      boolean ofCategories = i < columns.size() && columns.get(i).type() == ColumnType.CATEGORICAL;
      require(
          ofCategories == (of.values() == null) && ofCategories == (of.frequencies() != null),
          where,
          of.values() == null ? "frequencies" : "values",
          ofCategories ? "frequencies alone" : "values alone");
      requireShare(where + ", missing_share", of.missingShare());
      requireAscending(where + ", values", of.values());
      requireShares(where + ", frequencies", of.frequencies());
    }
  }

  private static void requireAscending(String where, float @Nullable [] values) {
    if (values == null) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      requireFinite(where, values[i]);
      require(i == 0 || values[i - 1] <= values[i], where, values[i], "ascending");
    }
  }

  private static void requireShares(String where, @Nullable Map<String, Double> shares) {
    if (shares == null) {
      return;
    }
    double sum = 0;
    for (double share : shares.values()) {
      requireShare(where, share);
      sum += share;
    }
    require(sum <= 1 + ROUNDING, where, sum + " in all", "at most 1");
  }

  private void requireNormals() {
    for (Manifest.ReferenceRow normal : manifest.normals()) {
      requireAtLeast("normals.row", normal.row(), 0);
      for (float number : normal.numeric()) {
        require(!Float.isInfinite(number), "normals.numeric", number, "finite, or NaN for missing");
      }
      for (float code : normal.latentMean()) {
        requireFinite("normals.latent_mean", code);
      }
    }
  }

  private void requireTraining() {
    for (Manifest.HistoryEntry entry : manifest.history()) {
      requireAtLeast("history.step", entry.step(), 0);
      requireNotNegative("history.learning_rate", entry.learningRate());
      requireNotNegative("history.beta", entry.beta());
      requireNumber("history.train_reconstruction", entry.trainReconstruction());
      requireNumber("history.train_kl", entry.trainKl());
      requireNumber("history.validation_reconstruction", entry.validationReconstruction());
      requireNumber("history.validation_kl", entry.validationKl());
    }
    requireNotNegative("health.active_units", manifest.health().activeUnits());
    for (double nats : manifest.health().klPerDimension()) {
      requireNumber("health.kl_per_dimension", nats);
    }
    for (Manifest.Baseline baseline : manifest.baselines()) {
      requireShareOrNone("baselines.perturbation_auroc", baseline.perturbationAuroc());
      requireShareOrNone("baselines.model_perturbation_auroc", baseline.modelPerturbationAuroc());
      double agreement = baseline.agreement();
      require(
          Double.isNaN(agreement) || Math.abs(agreement) <= 1 + ROUNDING,
          "baselines.agreement",
          agreement,
          "-1 to 1");
    }
  }

  private void requireProvenance() {
    Manifest.Provenance provenance = manifest.provenance();
    requireAtLeast("provenance.training_rows", provenance.trainingRows(), 0);
    requireAtLeast("provenance.validation_rows", provenance.validationRows(), 0);
    requireAtLeast("provenance.calibration_rows", provenance.calibrationRows(), 0);
    requireAtLeast("provenance.other_label_rows", provenance.otherLabelRows(), 0);
    requireAtLeast("provenance.unusable_rows", provenance.unusableRows(), 0);
    Manifest.Cleaning cleaning = provenance.cleaning();
    if (cleaning != null) {
      requireAtLeast("provenance.cleaning.rows", cleaning.rows(), 0);
      for (long part : List.of((long) cleaning.leftOut(), cleaning.byForest(), cleaning.byVae())) {
        require(
            part >= 0 && part <= cleaning.rows(),
            "provenance.cleaning",
            part,
            "0 to " + cleaning.rows() + ", its rows");
      }
      cleaning
          .strangest()
          .forEach(row -> requireAtLeast("provenance.cleaning.strangest.row", row.row(), 0));
    }
    for (Manifest.ShadowLook look : provenance.shadowLooks()) {
      require(
          look.found() >= 0 && look.found() <= look.anomalies(),
          "provenance.shadow_looks.found",
          look.found(),
          "0 to " + look.anomalies() + ", the anomalies");
      requireFloat("provenance.shadow_looks.threshold", look.threshold());
      requireShareOrNone("provenance.shadow_looks.false_alarm_rate", look.falseAlarmRate());
    }
  }

  private void requireScales() {
    List<NumericScale> scales = manifest.scales();
    if (scales == null) {
      return;
    }
    int columns = manifest.schema().numericCount();
    require(scales.size() == columns, "scales", scales.size(), columns + ", the numeric columns");
    for (NumericScale scale : scales) {
      requireFinite("scales.mean", scale.mean());
      requireFinite("scales.median", scale.median());
      requireFinite("scales.asinh_mean", scale.asinhMean());
      requirePositive("scales.standard_deviation", scale.standardDeviation());
      requirePositive("scales.robust_scale", scale.robustScale());
      requirePositive("scales.asinh_standard_deviation", scale.asinhStandardDeviation());
    }
  }

  private void requireLineage() {
    Manifest.Lineage lineage = manifest.lineage();
    if (lineage == null) {
      return;
    }
    requireAtLeast("lineage.generation", lineage.generation(), 1);
    requireAtLeast("lineage.rows", lineage.rows(), 0);
    for (Manifest.OriginColumn column : lineage.columns()) {
      requireFinite("lineage.columns.middle", column.middle());
      requireNotNegative("lineage.columns.spread", column.spread());
    }
  }

  private static void requireAtLeast(String where, long got, long least) {
    require(got >= least, where, got, "at least " + least);
  }

  private static void requireFinite(String where, double got) {
    require(Double.isFinite(got), where, got, "a finite number");
  }

  private static void requireNumber(String where, double got) {
    require(!Double.isInfinite(got), where, got, "a finite number, or NaN for none");
  }

  private static void requireNotNegative(String where, double got) {
    require(Double.isFinite(got) && got >= 0, where, got, "finite, not negative");
  }

  private static void requirePositive(String where, double got) {
    require(Double.isFinite(got) && got > 0, where, got, "finite, above 0");
  }

  private static void requireFloat(String where, double got) {
    require(Float.isFinite((float) got), where, got, "a finite float32");
  }

  private static void requireShare(String where, double got) {
    require(got >= 0 && got <= 1 + ROUNDING, where, got, "0 to 1");
  }

  private static void requireShareOrNone(String where, double got) {
    require(Double.isNaN(got) || (got >= 0 && got <= 1 + ROUNDING), where, got, "0 to 1");
  }

  private static void require(boolean holds, String where, Object got, String expected) {
    if (!holds) {
      throw new ArtifactException(
          "latentry.manifest: " + where + ": " + got + " (expected: " + expected + "); fit again");
    }
  }
}
