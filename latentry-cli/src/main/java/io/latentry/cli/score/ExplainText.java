package io.latentry.cli.score;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Wording;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Moment;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.explain.Explanation;
import io.latentry.pipeline.explain.ProposedRepair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Why a row was judged as it was, in words and as a document. */
public final class ExplainText {
  private static final int WIDEST_CELL = 32;

  /** The graph computes in float32, the shares are computed in doubles. */
  private static final double SUM_TOLERANCE = 1e-3;

  private static final double ROUNDING = 1e-12;

  private ExplainText() {}

  /**
   * One JSON document; keys become snake_case.
   *
   * @param score null of a row that cannot be judged, as the figures after it; the terms and shares
   *     are null too where a cell cannot be judged and the rest is an anomaly
   */
  public record Document(
      long row,
      String verdict,
      String reason,
      @Nullable Double score,
      double threshold,
      @Nullable Double pValue,
      @Nullable Double reconstructionTerm,
      @Nullable Double latentTerm,
      @Nullable Double reconstructionShare,
      @Nullable Double latentShare,
      @Nullable Double noveltyShare,
      List<Feature> features,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Moment> moments,
      List<Explanation.NearestNormal> nearestNormalRows,
      @Nullable ProposedRepair repair) {}

  public static Document document(Explanation explanation) {
    var judgement = explanation.judgement();
    return new Document(
        explanation.row(),
        judgement.verdict().word(),
        judgement.reason(),
        known(judgement.score()),
        explanation.threshold(),
        known(judgement.pValue()),
        known(judgement.reconstructionTerm()),
        known(judgement.latentTerm()),
        known(explanation.reconstructionShare()),
        known(explanation.latentShare()),
        known(explanation.noveltyShare()),
        explanation.features(),
        explanation.moments(),
        explanation.nearest(),
        explanation.repair().orElse(null));
  }

  private static @Nullable Double known(double figure) {
    return Double.isNaN(figure) ? null : figure;
  }

  /** {@code area is 1001 where 450.2 is expected (normal: 200 to 900)}. */
  public static String sentence(Feature feature) {
    return feature.name()
        + " is "
        + given(feature.actual())
        + " where "
        + given(feature.expected())
        + " is expected"
        + (feature.normalRange().isEmpty() ? "" : " (normal rows: " + feature.normalRange() + ")");
  }

  static String text(Explanation explanation) {
    var judgement = explanation.judgement();
    List<String> lines = new ArrayList<>();
    lines.add("row " + explanation.row() + ": " + judgement.verdict().word());
    if (!judgement.reason().isEmpty()) {
      lines.add("reason: " + Shown.line(judgement.reason()));
    }
    if (judgement.verdict() == Verdict.UNSCORABLE) {
      return String.join(System.lineSeparator(), lines);
    }
    lines.set(
        0,
        lines.get(0)
            + ", score "
            + Wording.figure(judgement.score())
            + ", threshold "
            + Wording.figure(explanation.threshold())
            + ", p-value "
            + Wording.figure(judgement.pValue()));
    lines.add(makeUp(explanation));
    lines.add("");
    lines.add(features(explanation).text(""));
    if (!explanation.moments().isEmpty()) {
      lines.add("");
      lines.add("of the window, what counts most: " + moments(explanation.moments()));
    } else if (judgement.verdict() == Verdict.ANOMALY) {
      lines.add("");
      lines.add(
          explanation
              .repair()
              .map(repair -> Shown.line(repair(repair)))
              .orElse("no few changes were found that would clear the alarm"));
    }
    if (!explanation.nearest().isEmpty() && !explanation.features().isEmpty()) {
      lines.add("");
      lines.add("the most similar normal rows of the training data, and this one:");
      lines.add(nearest(explanation).text(""));
    }
    return String.join(System.lineSeparator(), lines);
  }

  /** {@code the point itself 61 %, 1 point before 12 %}. */
  private static String moments(List<Moment> moments) {
    return moments.stream()
        .map(
            moment ->
                (moment.before() == 0
                        ? "the point itself"
                        : Math.abs(moment.before())
                            + (Math.abs(moment.before()) == 1 ? " point " : " points ")
                            + (moment.before() > 0 ? "before" : "after"))
                    + " "
                    + Wording.percent(told(moment.share())))
        .collect(Collectors.joining(", "));
  }

  /** {@code with width 2 instead of 20 the score is 1.2 and the alarm is cleared}. */
  private static String repair(ProposedRepair repair) {
    return repair.changes().stream()
            .map(c -> c.column() + " " + given(c.to()) + " instead of " + given(c.from()))
            .collect(Collectors.joining(" and ", "with ", " the score is "))
        + Wording.figure(repair.score())
        + " and the alarm is cleared";
  }

  /** What is nothing but rounding is told as nothing. */
  private static double told(double value) {
    return Math.abs(value) < ROUNDING ? 0 : value;
  }

  /** How the terms make up the score; shares add up only where the score is a weighted sum. */
  private static String makeUp(Explanation explanation) {
    var judgement = explanation.judgement();
    if (Double.isNaN(judgement.reconstructionTerm())) {
      return "a cell cannot be judged: the score is that of the others, with what is usual in its"
          + " place, and is not made of terms";
    }
    double novelty = explanation.noveltyShare();
    double sum = explanation.reconstructionShare() + explanation.latentShare() + novelty;
    boolean addsUp =
        Math.abs(sum - judgement.score()) <= SUM_TOLERANCE * (1 + Math.abs(judgement.score()));
    return addsUp
        ? "score = "
            + Wording.figure(explanation.reconstructionShare())
            + " from the reconstruction term ("
            + Wording.figure(judgement.reconstructionTerm())
            + (explanation.latentShare() < 0 ? " nats) - " : " nats) + ")
            + Wording.figure(Math.abs(explanation.latentShare()))
            + " from the latent term ("
            + Wording.figure(judgement.latentTerm())
            + " nats)"
            + (novelty > SUM_TOLERANCE
                ? " + " + Wording.figure(novelty) + " from what training never saw"
                : "")
        : "reconstruction term "
            + Wording.figure(judgement.reconstructionTerm())
            + " nats, latent term "
            + Wording.figure(judgement.latentTerm())
            + " nats";
  }

  private static TextTable features(Explanation explanation) {
    TextTable table =
        new TextTable(WIDEST_CELL)
            .row("feature", "actual", "expected", "normal range", "contribution", "share");
    for (Feature feature : explanation.features()) {
      table.row(
          feature.name(),
          given(feature.actual()),
          given(feature.expected()),
          feature.normalRange(),
          Wording.figure(told(feature.contribution())),
          Wording.percent(told(feature.share())));
    }
    return table;
  }

  private static TextTable nearest(Explanation explanation) {
    TextTable table = new TextTable(WIDEST_CELL);
    List<Explanation.NearestNormal> nearest = explanation.nearest();
    List<String> header = new ArrayList<>(List.of("feature", "this row"));
    nearest.forEach(n -> header.add("row " + n.row()));
    table.row(header.toArray(String[]::new));
    for (Feature feature : explanation.features()) {
      List<String> cells = new ArrayList<>(List.of(feature.name(), given(feature.actual())));
      for (Explanation.NearestNormal normal : nearest) {
        cells.add(given(valueOf(normal.values(), feature.name())));
      }
      table.row(cells.toArray(String[]::new));
    }
    List<String> distances = new ArrayList<>(List.of("distance of codes", "0"));
    nearest.forEach(n -> distances.add(Wording.figure(n.distance())));
    return table.row(distances.toArray(String[]::new));
  }

  private static String valueOf(Map<String, String> values, String name) {
    return values.getOrDefault(name, "");
  }

  private static String given(String value) {
    return value.isEmpty() ? "missing" : value;
  }
}
