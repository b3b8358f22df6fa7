package io.latentry.spark;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.monitoring.DriftFinding;
import io.latentry.core.monitoring.DriftLook;
import io.latentry.core.monitoring.Profile;
import io.latentry.core.monitoring.Quantity;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run of the job saw.
 *
 * @param profiles of stretches of the table, in order
 * @param drift of these against the normal rows of the fit
 */
record RunSummary(
    String modelId,
    String modelSha256,
    String in,
    String out,
    double promised,
    List<Profile> profiles,
    Profile all,
    DriftLook drift,
    double seconds) {

  /** The chance that something is called a drift where there is none, over all that is compared. */
  private static final double LEVEL = 0.01;

  private static final int MOST_LINES = 10;

  static RunSummary of(
      VaeDetectorModel detector, String in, String out, List<Profile> profiles, double seconds) {
    Manifest manifest = detector.manifest();
    List<Quantity> quantities = Quantity.of(manifest);
    double promised = manifest.threshold().current().falseAlarmRate();
    return new RunSummary(
        manifest.modelId(),
        detector.digest(),
        in,
        out,
        promised,
        profiles,
        profiles.stream().reduce(Profile.none(quantities), Profile::plus),
        DriftLook.of(manifest, quantities, profiles, promised, LEVEL),
        seconds);
  }

  long rows() {
    return all.judged() + all.unscorable();
  }

  /** One JSON document; keys become snake_case. */
  record Document(
      String modelId,
      String modelSha256,
      String input,
      String output,
      long rows,
      long normal,
      long anomalies,
      long unscorable,
      Map<String, Long> unscorableByReason,
      Map<String, Long> noveltiesByColumn,
      double seconds,
      double promisedFalseAlarmRate,
      String drift,
      List<Comparison> comparisons,
      Profile profile) {}

  /** A comparison with the normal rows of the fit. */
  record Comparison(
      String name,
      String aspect,
      double effect,
      String unit,
      double minimum,
      @JsonProperty("adjusted_p_value") double adjustedPValue,
      boolean drifted,
      String words) {

    static Comparison of(DriftFinding finding) {
      return new Comparison(
          finding.name(),
          finding.aspect().name().toLowerCase(Locale.ROOT),
          finding.effect(),
          finding.unit().name().toLowerCase(Locale.ROOT),
          finding.minimum(),
          finding.adjusted(),
          finding.called(),
          finding.words());
    }
  }

  Document document() {
    return new Document(
        modelId,
        modelSha256,
        in,
        out,
        rows(),
        all.normal(),
        all.anomaly(),
        all.unscorable(),
        all.unscorableBy(),
        all.novelties(),
        seconds,
        promised,
        word(),
        drift.findings().stream().map(Comparison::of).toList(),
        all);
  }

  private String word() {
    return drift.drifted() ? "found" : drift.warmingUp() ? "too little to tell" : "none";
  }

  /** For a person. */
  String table() {
    StringBuilder told = new StringBuilder();
    told.append(
        "%-12s %,15d in %.1f s, %,.0f a second%n"
            .formatted("rows", rows(), seconds, rows() / Math.max(seconds, 1e-9)));
    line(told, "normal", all.normal());
    line(told, "anomaly", all.anomaly());
    line(told, "unscorable", all.unscorable());
    list(told, "unscorable: ", all.unscorableBy());
    list(told, "never seen in training: column ", all.novelties());
    told.append("%-12s %s%n".formatted("drift", word()));
    drift.findings().stream()
        .filter(DriftFinding::called)
        .limit(MOST_LINES)
        .forEach(f -> told.append("  %s: %s%n".formatted(f.name(), f.words())));
    return told.toString();
  }

  private void line(StringBuilder told, String word, long rows) {
    told.append(
        "%-12s %,15d (%.2f %%)%n".formatted(word, rows, 100.0 * rows / Math.max(1, rows())));
  }

  private static void list(StringBuilder told, String what, Map<String, Long> counts) {
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(MOST_LINES)
        .forEach(
            entry ->
                told.append("  %s%s: %,d%n".formatted(what, entry.getKey(), entry.getValue())));
  }
}
