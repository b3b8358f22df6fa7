package io.latentry.pipeline.report;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.CalibrationCheck;
import io.latentry.core.evaluation.Evaluation;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.training.detector.LatentInfluence;
import java.util.List;
import java.util.Optional;

/**
 * What a report on a fit tells. Only the manifest is needed; what is empty is left out of the page,
 * or named there as not available.
 *
 * @param title of the page, such as the artifact's name
 * @param heldOut the terms of normal rows that training did not see
 * @param scored judged rows, where there are labels or anomalies to look at
 * @param topAnomalies strangest first
 * @param influence which latent unit moves which column
 * @param calibration promised false-alarm rates, and those of held-out normal rows
 * @param evaluation how the detector did on labelled rows
 * @param stretch of a series, some held-out points; empty of a table
 * @param notices what the reader should know about this fit, one sentence each
 * @param nextSteps useful next commands
 */
public record ReportData(
    String title,
    Manifest manifest,
    Terms heldOut,
    List<ScoredRow> scored,
    List<TopAnomaly> topAnomalies,
    List<Picture> expectations,
    LatentCodes latentCodes,
    LatentInfluence influence,
    List<CalibrationCheck.Point> calibration,
    Optional<Evaluation> evaluation,
    Optional<SeriesStretch> stretch,
    List<String> notices,
    List<NextStep> nextSteps) {

  public ReportData {
    scored = List.copyOf(scored);
    topAnomalies = List.copyOf(topAnomalies);
    expectations = List.copyOf(expectations);
    calibration = List.copyOf(calibration);
    notices = List.copyOf(notices);
    nextSteps = List.copyOf(nextSteps);
  }

  /** What is known of a row beforehand. */
  public enum Label {
    NORMAL,
    ANOMALY,
    UNKNOWN
  }

  /**
   * Rows as terms; the arrays have one entry per row.
   *
   * @param reconstruction nats
   * @param latent nats
   */
  public record Terms(double[] reconstruction, double[] latent, double[] score) {
    public Terms {
      if (reconstruction.length != score.length || latent.length != score.length) {
        throw new IllegalArgumentException(
            "reconstruction, latent: %d, %d rows (expected: %d, as score)"
                .formatted(reconstruction.length, latent.length, score.length));
      }
    }

    public static Terms none() {
      return new Terms(new double[0], new double[0], new double[0]);
    }
  }

  /**
   * @param row 0-based row of the data
   */
  public record ScoredRow(long row, Judgement judgement, Label label) {}

  /**
   * @param row 0-based row of the data
   * @param features those that contribute most, largest first
   * @param picture of an image, where it is strange
   */
  public record TopAnomaly(
      long row,
      Judgement judgement,
      Label label,
      List<Feature> features,
      Optional<Picture> picture) {
    public TopAnomaly {
      features = List.copyOf(features);
    }

    /** A row of a table. */
    public TopAnomaly(long row, Judgement judgement, Label label, List<Feature> features) {
      this(row, judgement, label, features, Optional.empty());
    }
  }

  /**
   * An image with what is strange in it.
   *
   * @param path of its file
   * @param png base64
   * @param regions above the threshold
   */
  public record Picture(String path, String png, int regions) {}

  /**
   * Latent means, as output {@code latent_mean} gives them.
   *
   * @param width latent dimensions
   * @param normal {@code float[rows * width]}, row-major: held-out normal rows
   * @param anomalous {@code float[rows * width]}, row-major: anomalies, by label or else by verdict
   */
  public record LatentCodes(int width, float[] normal, float[] anomalous) {
    public LatentCodes {
      if (width < 0
          || (width == 0
              ? normal.length + anomalous.length > 0
              : normal.length % width + anomalous.length % width > 0)) {
        throw new IllegalArgumentException(
            "normal, anomalous: %d, %d values (expected: multiples of width %d)"
                .formatted(normal.length, anomalous.length, width));
      }
    }

    public static LatentCodes none() {
      return new LatentCodes(0, new float[0], new float[0]);
    }
  }

  /** A command, ready to paste, and what it is good for. */
  public record NextStep(String command, String purpose) {}

  /** What a verdict is about, in the singular. */
  String sample() {
    return sample(manifest);
  }

  /** As {@link #sample()}. */
  static String sample(Manifest manifest) {
    return manifest.image() == null ? "row" : "image";
  }

  /** A report on {@code manifest}; all else is absent until told. */
  public static Builder of(String title, Manifest manifest) {
    return new Builder(title, manifest);
  }

  /** Gathers what there is. */
  public static final class Builder {
    private final String title;
    private final Manifest manifest;
    private Terms heldOut = Terms.none();
    private List<ScoredRow> scored = List.of();
    private List<TopAnomaly> topAnomalies = List.of();
    private List<Picture> expectations = List.of();
    private LatentCodes latentCodes = LatentCodes.none();
    private LatentInfluence influence = new LatentInfluence(List.of());
    private List<CalibrationCheck.Point> calibration = List.of();
    private Optional<Evaluation> evaluation = Optional.empty();
    private Optional<SeriesStretch> stretch = Optional.empty();
    private List<String> notices = List.of();
    private List<NextStep> nextSteps = List.of();

    private Builder(String title, Manifest manifest) {
      this.title = title;
      this.manifest = manifest;
    }

    public Builder heldOut(Terms rows) {
      heldOut = rows;
      return this;
    }

    public Builder scored(List<ScoredRow> rows) {
      scored = rows;
      return this;
    }

    public Builder topAnomalies(List<TopAnomaly> strangestFirst) {
      topAnomalies = strangestFirst;
      return this;
    }

    public Builder expectations(List<Picture> normalImages) {
      expectations = normalImages;
      return this;
    }

    public Builder latentCodes(LatentCodes codes) {
      latentCodes = codes;
      return this;
    }

    public Builder influence(LatentInfluence ofUnits) {
      influence = ofUnits;
      return this;
    }

    public Builder calibration(List<CalibrationCheck.Point> points) {
      calibration = points;
      return this;
    }

    public Builder evaluation(Evaluation onLabelledRows) {
      evaluation = Optional.of(onLabelledRows);
      return this;
    }

    public Builder stretch(Optional<SeriesStretch> heldOutPoints) {
      stretch = heldOutPoints;
      return this;
    }

    public Builder notices(List<String> sentences) {
      notices = sentences;
      return this;
    }

    public Builder nextSteps(List<NextStep> steps) {
      nextSteps = steps;
      return this;
    }

    public ReportData build() {
      return new ReportData(
          title,
          manifest,
          heldOut,
          scored,
          topAnomalies,
          expectations,
          latentCodes,
          influence,
          calibration,
          evaluation,
          stretch,
          notices,
          nextSteps);
    }
  }
}
