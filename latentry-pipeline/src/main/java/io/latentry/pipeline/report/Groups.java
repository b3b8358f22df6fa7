package io.latentry.pipeline.report;

import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.report.ReportData.Label;
import io.latentry.pipeline.report.ReportData.ScoredRow;
import java.util.List;

/**
 * The two groups of rows that charts compare: normal rows that training did not see, and anomalies,
 * by label where there are labels and by verdict otherwise.
 *
 * @param anomalyName what makes a row of the second group an anomaly
 */
record Groups(List<Dot> normal, List<Dot> anomalous, String normalName, String anomalyName) {

  /**
   * @param row 0-based; -1 when not known
   */
  record Dot(long row, double reconstruction, double latent, double score) {
    boolean isFinite() {
      return Double.isFinite(reconstruction) && Double.isFinite(latent) && Double.isFinite(score);
    }
  }

  static Groups of(ReportData data) {
    boolean labelled = data.scored().stream().anyMatch(row -> row.label() != Label.UNKNOWN);
    ReportData.Terms heldOut = data.heldOut();
    List<Dot> normal =
        heldOut.score().length > 0
            ? java.util.stream.IntStream.range(0, heldOut.score().length)
                .mapToObj(
                    i ->
                        new Dot(
                            -1,
                            heldOut.reconstruction()[i],
                            heldOut.latent()[i],
                            heldOut.score()[i]))
                .filter(Dot::isFinite)
                .toList()
            : dots(
                data,
                row ->
                    labelled
                        ? row.label() == Label.NORMAL
                        : row.judgement().verdict() == Verdict.NORMAL);
    List<Dot> anomalous =
        dots(
            data,
            row ->
                labelled
                    ? row.label() == Label.ANOMALY
                    : row.judgement().verdict() == Verdict.ANOMALY);
    String rows = data.sample() + "s";
    return new Groups(
        normal,
        anomalous,
        (heldOut.score().length > 0 ? "held-out normal " : "normal ") + rows,
        rows + (labelled ? " labelled anomalous" : " with verdict anomaly"));
  }

  double[] normalScores() {
    return normal.stream().mapToDouble(Dot::score).sorted().toArray();
  }

  private static List<Dot> dots(ReportData data, java.util.function.Predicate<ScoredRow> wanted) {
    return data.scored().stream()
        .filter(row -> row.judgement().verdict() != Verdict.UNSCORABLE)
        .filter(wanted)
        .map(
            row ->
                new Dot(
                    row.row(),
                    row.judgement().reconstructionTerm(),
                    row.judgement().latentTerm(),
                    row.judgement().score()))
        .filter(Dot::isFinite)
        .toList();
  }

  /** At most {@code most} of {@code all}, evenly spaced. */
  static <V> List<V> thin(List<V> all, int most) {
    return all.size() <= most
        ? all
        : java.util.stream.IntStream.range(0, most)
            .mapToObj(i -> all.get((int) ((long) i * all.size() / most)))
            .toList();
  }

  /** Said beneath a chart that shows fewer points than there are; empty otherwise. */
  static String thinned(int shown, int all, String what) {
    return shown == all
        ? ""
        : " Drawn are %s of %s %s, evenly spaced."
            .formatted(Figures.count(shown), Figures.count(all), what);
  }

  /** The value below which a {@code share} of {@code ascending} lies; it has at least one entry. */
  static double quantile(double[] ascending, double share) {
    return ascending[(int) Math.round(share * (ascending.length - 1))];
  }
}
