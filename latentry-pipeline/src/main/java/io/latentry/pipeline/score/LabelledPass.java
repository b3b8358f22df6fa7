package io.latentry.pipeline.score;

import io.latentry.core.evaluation.Evaluation;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.RowBatch;
import io.latentry.pipeline.Progress;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** A pass over rows that say what they are. The labels are looked at after scoring only. */
public final class LabelledPass {
  private final String normal;
  private final Look look;
  private final Map<String, Long> unscorable = new TreeMap<>();
  private double[] scores = new double[1024];
  private boolean[] anomalous = new boolean[1024];
  private int count;
  private long unlabelled;

  /** Another look at each row that has a score and a label. */
  @FunctionalInterface
  public interface Look {
    void at(RowBatch batch, int row, double score, boolean isAnomaly);
  }

  private LabelledPass(String normal, Look look) {
    this.normal = normal;
    this.look = look;
  }

  /**
   * Passes over the request's data.
   *
   * @param request the first column that it keeps is the label
   * @param normal the label of normal rows
   * @param stage what the pass is called, before the name of the data
   */
  public static LabelledPass over(
      Scorer scorer,
      ScoreRequest request,
      String normal,
      String stage,
      Progress listener,
      Look look) {
    return over(scorer, request, normal, stage, listener, (rows, index, batch, judged) -> {}, look);
  }

  /** The same, with a look at the points of a series as they come, key by key in order of time. */
  static LabelledPass over(
      Scorer scorer,
      ScoreRequest request,
      String normal,
      String stage,
      Progress listener,
      JudgedBatches.PointLook points,
      Look look) {
    LabelledPass pass = new LabelledPass(normal, look);
    JudgedBatches.each(scorer, request, stage, listener, points, pass::add);
    return pass;
  }

  /**
   * Passes over data without labels, every row of which is normal; what cannot be judged is counted
   * under {@code normal}.
   */
  static LabelledPass overNormals(
      Scorer scorer, ScoreRequest request, String normal, String stage, Progress listener) {
    LabelledPass pass = new LabelledPass(normal, (batch, row, score, isAnomaly) -> {});
    JudgedBatches.each(
        scorer,
        request,
        stage,
        listener,
        (rows, index, batch, judged) -> {},
        (batch, judgements) -> pass.addNormals(judgements));
    return pass;
  }

  private void addNormals(Judgements judgements) {
    for (int i = 0; i < judgements.count(); i++) {
      if (judgements.verdict(i) == Verdict.UNSCORABLE) {
        unscorable.merge(normal, 1L, Long::sum);
      } else {
        add(compared(judgements, i), false);
      }
    }
  }

  private void add(RowBatch batch, Judgements judgements) {
    for (int i = 0; i < judgements.count(); i++) {
      String label = batch.kept()[0][i];
      if (judgements.verdict(i) == Verdict.UNSCORABLE) {
        unscorable.merge(label, 1L, Long::sum);
      } else if (label.isEmpty()) {
        unlabelled++;
      } else {
        boolean isAnomaly = !label.equals(normal);
        add(compared(judgements, i), isAnomaly);
        look.at(batch, i, judgements.score(i), isAnomaly);
      }
    }
  }

  /**
   * The score as it compares with the common threshold: that of a row whose segment has a higher
   * one is lower by as much, so that what lies above is what is called an anomaly.
   */
  private static double compared(Judgements judgements, int row) {
    double common = judgements.threshold().score();
    double own = judgements.threshold(row);
    double score = judgements.score(row);
    if (own == common) {
      return score;
    }
    double moved = Double.isInfinite(own) ? score : score - (own - common);
    return score > own ? Math.max(moved, Math.nextUp(common)) : Math.min(moved, common);
  }

  private void add(double score, boolean isAnomaly) {
    if (count == scores.length) {
      scores = Arrays.copyOf(scores, 2 * count);
      anomalous = Arrays.copyOf(anomalous, 2 * count);
    }
    scores[count] = score;
    anomalous[count] = isAnomaly;
    count++;
  }

  /** How well {@code threshold} tells the rows apart. */
  public Evaluation evaluation(double threshold) {
    return Evaluation.of(Arrays.copyOf(scores, count), Arrays.copyOf(anomalous, count), threshold);
  }

  /** Rows that could not be judged, by label. */
  public Map<String, Long> unscorable() {
    return Collections.unmodifiableMap(unscorable);
  }

  /** Judged rows without a label. */
  public long unlabelled() {
    return unlabelled;
  }
}
