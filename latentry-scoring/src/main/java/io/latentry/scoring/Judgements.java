package io.latentry.scoring;

import io.latentry.core.calibration.CalibrationSample;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.NovelValues;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The verdicts on some rows, by column, with the outputs behind them. */
public final class Judgements {
  private final Scores scores;
  private final float[] score;
  private final CalibrationSample sample;
  private final Threshold threshold;

  /** {@code double[count]}: thresholds of the rows where segments have their own. */
  private final double @Nullable [] limits;

  /** {@code boolean[count]} where alarms are more than scores above a threshold. */
  private final boolean @Nullable [] alarms;

  /**
   * @param scores with the score and both terms
   * @param samples that have them; of tables alone have segments a threshold of their own
   */
  Judgements(Scores scores, CalibrationSample sample, Threshold threshold, Samples samples) {
    this(scores, sample, threshold, limits(threshold, samples), null);
  }

  private Judgements(
      Scores scores,
      CalibrationSample sample,
      Threshold threshold,
      double @Nullable [] limits,
      boolean @Nullable [] alarms) {
    this.scores = scores;
    this.score = scores.values(Output.SCORE);
    this.sample = sample;
    this.threshold = threshold;
    this.limits = limits;
    this.alarms = alarms;
  }

  private static double @Nullable [] limits(Threshold threshold, Samples samples) {
    return threshold.segments().isEmpty() || !(samples instanceof Rows rows)
        ? null
        : threshold.limits(rows);
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

  /** Above which score a row is an anomaly; infinite if no row of its segment is one. */
  public double threshold(int row) {
    return limits == null ? threshold.score() : limits[row];
  }

  /**
   * A row that cannot be judged as a whole is an anomaly all the same if what can be judged of it
   * is strange by itself.
   */
  public Verdict verdict(int row) {
    float judged = score(row);
    if (Float.isNaN(judged)) {
      return Verdict.UNSCORABLE;
    }
    boolean strange = alarms == null ? judged > threshold(row) : alarms[row];
    return strange ? Verdict.ANOMALY : Verdict.NORMAL;
  }

  /** Higher is stranger; of what can be read if the rest is strange; NaN if unscorable. */
  public float score(int row) {
    if (scores.reasonAgainst(row) == null) {
      return score[row];
    }
    float rest = scores.scoreOfRest(row);
    return !Float.isNaN(rest) && rest > threshold(row) ? rest : Float.NaN;
  }

  /** Share of calibration rows at least as strange, in (0, 1]; NaN if unscorable. */
  public double pValue(int row) {
    return sample.pValue(score(row));
  }

  /**
   * Why {@code row} is unscorable; what training never saw in an anomaly, and what of it cannot be
   * read; empty if there is nothing of the kind.
   */
  public String reason(int row) {
    String reason = scores.reasonAgainst(row);
    Verdict verdict = verdict(row);
    if (verdict == Verdict.UNSCORABLE) {
      return reason == null ? "" : reason;
    }
    String novel = verdict == Verdict.ANOMALY ? strange(row) : "";
    if (reason == null) {
      return novel;
    }
    return novel.isEmpty()
        ? "strange in what can be read; " + reason
        : novel.contains(reason) ? novel : novel + "; " + reason;
  }

  /** What training never saw, else which numbers lie well beyond those of training. */
  private String strange(int row) {
    NovelValues novelties = scores.novelties(row);
    String beyond = scores.beyond(row);
    return novelties != null ? novelties.words() : beyond == null ? "" : beyond;
  }

  /** One row's verdict with its figures. */
  public Judgement get(int row) {
    Verdict verdict = verdict(row);
    return verdict == Verdict.UNSCORABLE
        ? Judgement.unscorable(reason(row))
        : new Judgement(
            score(row),
            pValue(row),
            verdict,
            reason(row),
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
    return new Judgements(
        scores.slice(first, rows),
        sample,
        threshold,
        limits == null ? null : Arrays.copyOfRange(limits, first, first + rows),
        alarms == null ? null : Arrays.copyOfRange(alarms, first, first + rows));
  }

  /** The rows at {@code indices}, in that order, as a copy; at least one. */
  Judgements select(int[] indices) {
    List<Judgements> runs = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= indices.length; i++) {
      if (i == indices.length || indices[i] != indices[i - 1] + 1) {
        runs.add(slice(indices[from], i - from));
        from = i;
      }
    }
    return concat(runs);
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
        first.threshold,
        first.limits == null ? null : limits(parts),
        first.alarms == null ? null : alarms(parts));
  }

  private static double[] limits(List<Judgements> parts) {
    return parts.stream()
        .flatMapToDouble(part -> Arrays.stream(Objects.requireNonNull(part.limits)))
        .toArray();
  }

  private static boolean[] alarms(List<Judgements> parts) {
    boolean[] all = new boolean[parts.stream().mapToInt(Judgements::count).sum()];
    int from = 0;
    for (Judgements part : parts) {
      boolean[] own = Objects.requireNonNull(part.alarms);
      System.arraycopy(own, 0, all, from, own.length);
      from += own.length;
    }
    return all;
  }

  /**
   * The same rows under another threshold of the same model.
   *
   * @param samples that were judged
   * @throws IllegalStateException if alarms are more than scores above a threshold
   */
  public Judgements under(Threshold other, Samples samples) {
    if (alarms != null) {
      throw new IllegalStateException(
          "threshold: of alarms that another raised (expected: points judged anew under it)");
    }
    return new Judgements(scores, sample, other, samples);
  }

  /**
   * The same rows by another score.
   *
   * @param compared {@code float[count]}: with the threshold, in place of the model's own score
   * @param raised {@code boolean[count]}: which are alarms; null if the threshold alone tells
   */
  Judgements of(float[] compared, boolean @Nullable [] raised) {
    return new Judgements(scores.with(Output.SCORE, compared), sample, threshold, limits, raised);
  }
}
