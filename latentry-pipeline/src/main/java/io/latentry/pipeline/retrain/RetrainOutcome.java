package io.latentry.pipeline.retrain;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.latentry.core.promotion.Check;
import io.latentry.core.promotion.Decision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a retraining. As JSON it is the decision, see docs/retraining.md.
 *
 * @param decision {@code promote} or {@code refuse}
 * @param reasons as sentences
 * @param champion id of the model in force
 * @param challenger id of the new model; null if the rows were refused before anything was learned
 * @param file of the challenger; null likewise
 * @param data files read
 * @param span the rows that were asked for
 * @param rows how many rows met each fate, by its words
 * @param threshold the champion's score from which on a row is an alarm
 * @param tail the score up to which an alarm was taken for the tail of a normal that moved
 * @param learned rows that were learned from
 * @param keptApart normal rows that nothing was learned from
 * @param oldNormals where the normals of old come from
 * @param scale what score has which p-value, in both models
 * @param seconds of training; 0 without a challenger
 * @param notes what the reader should know, as sentences
 * @param pictures scores of the normals that were kept apart
 */
public record RetrainOutcome(
    Decision.Verdict decision,
    List<String> reasons,
    String champion,
    @Nullable String challenger,
    @Nullable String file,
    List<String> data,
    Span span,
    Map<String, Long> rows,
    double threshold,
    double tail,
    int learned,
    int keptApart,
    String oldNormals,
    List<Check> checks,
    List<Mark> scale,
    double seconds,
    List<String> notes,
    @JsonIgnore List<Picture> pictures) {

  public RetrainOutcome {
    reasons = List.copyOf(reasons);
    data = List.copyOf(data);
    rows = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(rows));
    checks = List.copyOf(checks);
    scale = List.copyOf(scale);
    notes = List.copyOf(notes);
    pictures = List.copyOf(pictures);
  }

  /**
   * @param time column of the times; null without one
   * @param days as asked for; null for all rows
   * @param from the earliest time, as its cell has it; null without times; likewise {@code to}
   * @param rows of the span
   * @param lookedAt of these: all, or a sample of them
   */
  public record Span(
      @Nullable String time,
      @Nullable Double days,
      @Nullable String from,
      @Nullable String to,
      long rows,
      long lookedAt) {

    /** How many rows, such as {@code 2,000 rows}. */
    @JsonIgnore
    public String words() {
      String all = "%,d %s".formatted(rows, rows == 1 ? "row" : "rows");
      return lookedAt == rows ? all : "%,d of %s, drawn by chance,".formatted(lookedAt, all);
    }
  }

  /** The scores that are as rare as {@code pValue} among the calibration rows of each model. */
  public record Mark(double pValue, double champion, double challenger) {}

  /**
   * Scores of the same rows by either model, over the spread of both.
   *
   * @param edges of bins
   * @param champion shares by bin; likewise {@code challenger}
   */
  public record Picture(
      String title, String words, double[] edges, double[] champion, double[] challenger) {}

  @JsonIgnore
  public boolean promotes() {
    return decision == Decision.Verdict.PROMOTE;
  }

  /** The whole in one or two sentences. */
  @JsonIgnore
  public String summary() {
    return promotes()
        ? "Promote: " + String.join(" ", reasons)
        : "Refuse: "
            + reasons.get(0)
            + (reasons.size() > 1 ? " And " + (reasons.size() - 1) + " more." : "");
  }
}
