package io.latentry.scoring;

import io.latentry.core.calibration.CalibrationSample;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import java.util.List;

/** The verdicts on some rows, by column, with the outputs behind them. */
public final class Judgements {
  private final Scores scores;
  private final float[] score;
  private final CalibrationSample sample;
  private final Threshold threshold;

  /**
   * @param scores with the score and both terms
   */
  Judgements(Scores scores, CalibrationSample sample, Threshold threshold) {
    this.scores = scores;
    this.score = scores.values(Output.SCORE);
    this.sample = sample;
    this.threshold = threshold;
  }

  /** Rows. */
  public int count() {
    return scores.count();
  }

  /** The outputs behind the verdicts: the score, both terms, and what else was asked for. */
  public Scores scores() {
    return scores;
  }

  /** By which verdicts are given. */
  public Threshold threshold() {
    return threshold;
  }

  public Verdict verdict(int row) {
    if (scores.reasonAgainst(row) != null) {
      return Verdict.UNSCORABLE;
    }
    return threshold.isExceededBy(score[row]) ? Verdict.ANOMALY : Verdict.NORMAL;
  }

  /** Higher is stranger; NaN if unscorable. */
  public float score(int row) {
    return score[row];
  }

  /** Share of calibration rows at least as strange, in (0, 1]; NaN if unscorable. */
  public double pValue(int row) {
    return scores.reasonAgainst(row) == null ? sample.pValue(score[row]) : Double.NaN;
  }

  /** Why {@code row} is unscorable; empty if it is not. */
  public String reason(int row) {
    String reason = scores.reasonAgainst(row);
    return reason == null ? "" : reason;
  }

  /** One row's verdict with its figures. */
  public Judgement get(int row) {
    String reason = scores.reasonAgainst(row);
    return reason != null
        ? Judgement.unscorable(reason)
        : new Judgement(
            score[row],
            sample.pValue(score[row]),
            verdict(row),
            "",
            scores.values(Output.RECONSTRUCTION_TERM)[row],
            scores.values(Output.LATENT_TERM)[row]);
  }

  /** How many rows got {@code verdict}. */
  public int count(Verdict verdict) {
    int count = 0;
    for (int row = 0; row < count(); row++) {
      if (verdict(row) == verdict) {
        count++;
      }
    }
    return count;
  }

  /** How many rows got which verdict. */
  public Tally tally() {
    long normal = 0;
    long anomaly = 0;
    long unscorable = 0;
    for (int row = 0; row < count(); row++) {
      switch (verdict(row)) {
        case NORMAL -> normal++;
        case ANOMALY -> anomaly++;
        case UNSCORABLE -> unscorable++;
      }
    }
    return new Tally(normal, anomaly, unscorable);
  }

  /** {@code rows} neighbouring rows from {@code first} on, as a copy. */
  public Judgements slice(int first, int rows) {
    return new Judgements(scores.slice(first, rows), sample, threshold);
  }

  /**
   * Neighbouring pieces of some rows put together again, as a copy.
   *
   * @param parts of one scorer, with the same outputs; at least one
   */
  public static Judgements concat(List<Judgements> parts) {
    Judgements first = parts.get(0);
    return new Judgements(
        Scores.concat(parts.stream().map(Judgements::scores).toList()),
        first.sample,
        first.threshold);
  }

  /** The same rows under another threshold of the same model. */
  public Judgements under(Threshold other) {
    return new Judgements(scores, sample, other);
  }
}
