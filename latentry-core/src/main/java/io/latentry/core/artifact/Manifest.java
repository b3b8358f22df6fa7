package io.latentry.core.artifact;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.core.calibration.CalibrationSample;
import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.InputSpec;
import io.latentry.core.data.Schema;
import io.latentry.core.preprocessing.NumericScale;
import io.latentry.core.series.SeriesSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything an artifact says of itself, kept under {@value #METADATA_KEY} in the ONNX file. It
 * holds no time of day: the same data, config and seed give the same bytes.
 *
 * @param series how points become windows, whose channels {@code schema} has; null of a table
 * @param scales of the numeric columns of a table, which a retraining goes on in; null of a series,
 *     and of an artifact from before retraining
 * @param lineage of a challenger that a retraining made; null of any other model
 * @param image how a file becomes an image, whose model has a schema of no columns; null of a table
 *     and of a series
 */
public record Manifest(
    int formatVersion,
    String modelId,
    Schema schema,
    ModelSpec model,
    Calibration calibration,
    Thresholds threshold,
    List<ReferenceDistribution> reference,
    List<ReferenceRow> normals,
    List<HistoryEntry> history,
    Health health,
    List<Baseline> baselines,
    Provenance provenance,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SeriesSettings series,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<NumericScale> scales,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Lineage lineage,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ImageSettings image) {

  public Manifest {
    if (schema.columns().isEmpty() != (image != null)) {
      throw new IllegalArgumentException(
          image == null
              ? "columns: none (expected: at least one input column)"
              : "columns: %d (expected: none of a model of images)"
                  .formatted(schema.columns().size()));
    }
    if (image != null && series != null) {
      throw new IllegalArgumentException("series, image: both (expected: at most one)");
    }
  }

  /** The metadata key of the manifest. */
  public static final String METADATA_KEY = "latentry.manifest";

  /** The metadata key of the probes. */
  public static final String PROBES_KEY = "latentry.probes";

  /** The format version that this code writes, and the newest that it reads. */
  public static final int FORMAT_VERSION = 1;

  /**
   * @param variant as {@code --model} names it, such as {@code plain}
   * @param latentTerm as the config names it, such as {@code neighbourhood}
   * @param settings every setting of model and training as resolved for this fit
   */
  public record ModelSpec(
      String variant, int members, int latent, String latentTerm, Map<String, Object> settings) {}

  /**
   * @param scores of held-out normal rows, ascending; the whole sample or, above {@value
   *     #MOST_SCORES} rows, that many evenly spaced order statistics of it
   * @param rows held-out normal rows behind {@code scores}
   * @param method {@code held-out} or {@code cross-validated}
   */
  public record Calibration(ScoreMix mix, double[] scores, int rows, String method) {
    /** The most scores that a manifest keeps. */
    public static final int MOST_SCORES = 10_000;

    public CalibrationSample sample() {
      return new CalibrationSample(scores, rows);
    }
  }

  /** The manifest of a model that no retraining made and none goes on from. */
  public Manifest(
      int formatVersion,
      String modelId,
      Schema schema,
      ModelSpec model,
      Calibration calibration,
      Thresholds threshold,
      List<ReferenceDistribution> reference,
      List<ReferenceRow> normals,
      List<HistoryEntry> history,
      Health health,
      List<Baseline> baselines,
      Provenance provenance,
      @Nullable SeriesSettings series) {
    this(
        formatVersion,
        modelId,
        schema,
        model,
        calibration,
        threshold,
        reference,
        normals,
        history,
        health,
        baselines,
        provenance,
        series,
        null,
        null,
        null);
  }

  /** The manifest of a table's model. */
  public Manifest(
      int formatVersion,
      String modelId,
      Schema schema,
      ModelSpec model,
      Calibration calibration,
      Thresholds threshold,
      List<ReferenceDistribution> reference,
      List<ReferenceRow> normals,
      List<HistoryEntry> history,
      Health health,
      List<Baseline> baselines,
      Provenance provenance) {
    this(
        formatVersion,
        modelId,
        schema,
        model,
        calibration,
        threshold,
        reference,
        normals,
        history,
        health,
        baselines,
        provenance,
        null);
  }

  /** What the graph takes: rows of the schema, windows of points of it, images or tiles of some. */
  @JsonIgnore
  public InputSpec spec() {
    if (image != null) {
      return image.spec().tile();
    }
    return series == null ? schema : series.spec(schema);
  }

  /** What a verdict is about: what the graph takes, or the image whose tiles it takes. */
  @JsonIgnore
  public InputSpec judgedSpec() {
    return image != null ? image.spec() : spec();
  }

  /** As {@link CalibrationSample#thresholdAt}. */
  public Threshold thresholdAt(double score, String origin) {
    return calibration.sample().thresholdAt(score, modelId, origin);
  }

  /** As {@link CalibrationSample#thresholdFor}. */
  public Threshold thresholdFor(double falseAlarmRate, String origin) {
    return calibration.sample().thresholdFor(falseAlarmRate, modelId, origin);
  }

  /**
   * What normal rows looked like, by column. A column may be called as a term is, {@code score}
   * among them: columns stand before the terms.
   */
  public Map<String, ReferenceDistribution> columnReference() {
    Map<String, ReferenceDistribution> columns = new HashMap<>();
    reference.stream()
        .limit(schema.columns().size())
        .forEach(distribution -> columns.put(distribution.name(), distribution));
    return columns;
  }

  /** The threshold in force and those before it, newest last. */
  public record Thresholds(Threshold current, List<Threshold> history) {
    /** So many of those before it are kept when it is moved, the newest ones. */
    public static final int KEPT = 100;

    /** All of them, that in force last, without those that are no longer kept. */
    public List<Threshold> kept() {
      List<Threshold> all = new java.util.ArrayList<>(history);
      all.add(current);
      return List.copyOf(all.subList(Math.max(0, history.size() - KEPT), all.size()));
    }
  }

  /**
   * A seeded sample of what normal rows looked like, for drift.
   *
   * @param name a column, {@code reconstruction_term}, {@code latent_term} or {@code score}
   * @param values a sample of a numeric quantity, ascending; null for categories
   * @param frequencies shares by category; null for numeric quantities
   * @param missingShare share of missing values, 0 to 1
   */
  public record ReferenceDistribution(
      String name,
      float @Nullable [] values,
      @Nullable Map<String, Double> frequencies,
      double missingShare) {}

  /**
   * A normal row kept for comparison, with its code.
   *
   * @param row 0-based row of the training data
   * @param numeric raw, NaN = missing
   * @param categorical raw, "" = missing
   * @param latentMean as output {@code latent_mean}
   */
  public record ReferenceRow(long row, float[] numeric, String[] categorical, float[] latentMean) {}

  /**
   * One evaluation during training; losses are batch means in nats.
   *
   * @param fold {@value #FINAL} or the number of a cross-validation fold
   */
  public record HistoryEntry(
      String fold,
      int step,
      double learningRate,
      double beta,
      double trainReconstruction,
      double trainKl,
      double validationReconstruction,
      double validationKl) {
    /** The model that the artifact holds, as {@link #fold}. */
    public static final String FINAL = "final";
  }

  /**
   * @param activeUnits latent dimensions in use, of the mean over members
   * @param klPerDimension mean KL of each latent dimension of the first member, nats
   * @param findings what was detected and what was done about it, for people
   */
  public record Health(
      boolean healthy, double activeUnits, double[] klPerDimension, List<String> findings) {}

  /**
   * A plain method on the same split, for honest comparison.
   *
   * @param perturbationAuroc AUROC of held-out normals against the same synthetic perturbations as
   *     the model's
   * @param agreement Spearman correlation of its scores with the model's on held-out normals
   */
  public record Baseline(
      String name, double perturbationAuroc, double modelPerturbationAuroc, double agreement) {}

  /**
   * @param dataDigest SHA-256 over the training rows as read
   * @param config the whole fit config as resolved
   * @param versions of Latentry and its engines
   * @param parentModelId the model that a warm start began from
   * @param cleaning what was left out of the training rows; null if nothing was looked for
   * @param shadowLooks evaluations against known anomalies since the fit, oldest first
   * @param sampledFrom rows of the data, where the fit looked at a sample of them; else null
   */
  public record Provenance(
      String dataDigest,
      List<String> dataFiles,
      int trainingRows,
      int validationRows,
      int calibrationRows,
      long otherLabelRows,
      long unusableRows,
      long seed,
      Map<String, Object> config,
      Map<String, String> versions,
      @Nullable String parentModelId,
      @Nullable Cleaning cleaning,
      List<ShadowLook> shadowLooks,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long sampledFrom) {

    public Provenance {
      // Artifacts from before there were any say nothing of them.
      shadowLooks = shadowLooks == null ? List.of() : List.copyOf(shadowLooks);
    }
  }

  /**
   * Rows that did not look normal and were left out of training.
   *
   * @param rows judged
   * @param byForest those that the isolation forest found; likewise {@code byVae}; a row may be of
   *     both
   * @param strangest some of them
   */
  public record Cleaning(
      int rows, int leftOut, long byForest, long byVae, List<LeftOutRow> strangest) {}

  /**
   * @param row 0-based row of the training data
   */
  public record LeftOutRow(long row, String reason) {}

  /**
   * One look at known anomalies, after which their recall is no longer a surprise.
   *
   * @param dataDigest SHA-256 over the scores and labels seen
   * @param threshold the score in force
   */
  public record ShadowLook(
      String dataDigest, long anomalies, long found, double threshold, double falseAlarmRate) {}

  /** How the data of the fit were read. */
  public Reading reading() {
    return Reading.of(provenance.config());
  }

  /** The same manifest under another threshold; the one so far joins the history. */
  public Manifest withThreshold(Threshold next) {
    List<Threshold> before = threshold.kept();
    int dropped = Math.max(0, before.size() - Thresholds.KEPT);
    return withThresholds(
        new Thresholds(next, List.copyOf(before.subList(dropped, before.size()))));
  }

  /** The same manifest with one more look at known anomalies. */
  public Manifest withShadowLook(ShadowLook look) {
    List<ShadowLook> looks = new java.util.ArrayList<>(provenance.shadowLooks());
    looks.add(look);
    Provenance p = provenance;
    return new Manifest(
        formatVersion,
        modelId,
        schema,
        model,
        calibration,
        threshold,
        reference,
        normals,
        history,
        health,
        baselines,
        new Provenance(
            p.dataDigest(),
            p.dataFiles(),
            p.trainingRows(),
            p.validationRows(),
            p.calibrationRows(),
            p.otherLabelRows(),
            p.unusableRows(),
            p.seed(),
            p.config(),
            p.versions(),
            p.parentModelId(),
            p.cleaning(),
            looks,
            p.sampledFrom()),
        series,
        scales,
        lineage,
        image);
  }

  /** The same manifest with where its model comes from. */
  public Manifest withLineage(Lineage other) {
    return new Manifest(
        formatVersion,
        modelId,
        schema,
        model,
        calibration,
        threshold,
        reference,
        normals,
        history,
        health,
        baselines,
        provenance,
        series,
        scales,
        other,
        image);
  }

  /** The same manifest under other thresholds. */
  public Manifest withThresholds(Thresholds thresholds) {
    return new Manifest(
        formatVersion,
        modelId,
        schema,
        model,
        calibration,
        thresholds,
        reference,
        normals,
        history,
        health,
        baselines,
        provenance,
        series,
        scales,
        lineage,
        image);
  }

  /**
   * Where the model of a retraining comes from.
   *
   * @param origin the model that a person fitted, from which all retrainings since went on
   * @param generation how many retrainings ago that was, this one included
   * @param columns what the origin's normal rows had, so that many small steps are seen to be a
   *     large one
   * @param from the earliest time among the rows looked at, as its cell had it; null without times
   * @param to likewise the latest
   * @param rows looked at
   * @param decision {@code promote} or {@code refuse}
   * @param reasons of the decision, as sentences
   */
  public record Lineage(
      String origin,
      int generation,
      List<OriginColumn> columns,
      @Nullable String from,
      @Nullable String to,
      long rows,
      String decision,
      List<String> reasons) {

    public Lineage {
      columns = List.copyOf(columns);
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * A numeric column among the origin's normal rows.
   *
   * @param middle the median
   * @param spread half the width of the middle 68 %
   */
  public record OriginColumn(String name, double middle, double spread) {}
}
