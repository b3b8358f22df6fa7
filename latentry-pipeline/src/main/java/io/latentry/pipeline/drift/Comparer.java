package io.latentry.pipeline.drift;

import io.latentry.core.drift.CategoryShift;
import io.latentry.core.drift.Dependence;
import io.latentry.core.drift.NumericShift;
import io.latentry.core.drift.SampleSizes;
import io.latentry.core.drift.ShareShift;
import io.latentry.pipeline.drift.DriftOutcome.Aspect;
import io.latentry.pipeline.drift.DriftOutcome.Unit;
import io.latentry.pipeline.drift.DriftOutcome.ValueShare;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * Compares values, categories and shares with those of the reference, by the independent rows on
 * either side, and says so where there are too few.
 */
final class Comparer {
  private static final int MOST_CHANGES = 8;
  private static final int MOST_NAMES = 1_000;

  private final boolean timed;
  private final double share;
  private final double referenceRows;

  /**
   * @param timed whether the sample is in order of time
   * @param share of all rows that the sample holds
   * @param referenceRows normal rows behind the reference
   */
  Comparer(boolean timed, double share, double referenceRows) {
    this.timed = timed;
    this.share = share;
    this.referenceRows = referenceRows;
  }

  /** Compares values of a column, if there are enough on either side. */
  void numbers(Draft draft, double[] before, double[] now) {
    numbers(draft, before, now, DriftStudy.LEAST_SPREADS, NumericShift::distance);
  }

  /**
   * Compares a term or the score: only what went up is a drift. The reference was scored by models
   * that knew fewer rows than the one that ships, so that lower values are to be expected now.
   */
  void strangeness(Draft draft, double[] before, double[] now) {
    numbers(draft, before, now, DriftStudy.LEAST_SPREADS_UP, NumericShift::upward);
  }

  private void numbers(
      Draft draft,
      double[] before,
      double[] now,
      double minimum,
      ToDoubleFunction<NumericShift> effect) {
    Dependence dependence = dependence(now);
    double independent = dependence.independent(now.length, share);
    draft.of(now.length, independent).together(dependence);
    if (before.length < DriftStudy.FEWEST_REFERENCE || independent < DriftStudy.FEWEST_ROWS) {
      draft.tooFew().compare(Aspect.VALUES, Unit.SPREADS, 0, minimum, 1);
      return;
    }
    SampleSizes sizes = new SampleSizes(independent(dependence, before.length), independent);
    double[] sorted = now.clone();
    Arrays.sort(sorted);
    NumericShift shift = NumericShift.between(before, sorted, sizes);
    draft
        .shift(shift, Pictures.of(before, sorted))
        .compare(Aspect.VALUES, Unit.SPREADS, effect.applyAsDouble(shift), minimum, shift.pValue());
  }

  /** Numbers of a few different values are compared as categories are. */
  void levels(Draft draft, double[] before, double[] now) {
    Map<String, Double> first = new TreeMap<>();
    Arrays.stream(before).forEach(value -> first.merge(level(value), 1.0, Double::sum));
    Map<String, Double> second = new TreeMap<>();
    for (double value : now) {
      boolean counted = second.size() < MOST_NAMES || second.containsKey(level(value));
      second.merge(counted ? level(value) : Observed.FURTHER, 1.0, Double::sum);
    }
    mix(draft, first, before.length, second, now.length, dependence(now), share);
  }

  private static String level(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Float.toString((float) value);
  }

  /**
   * Compares a mix of names.
   *
   * @param before how often each came, of {@code beforeCount}
   * @param keptShare the share of all rows that {@code count} stands for
   */
  void mix(
      Draft draft,
      Map<String, Double> before,
      double beforeCount,
      Map<String, Double> now,
      long count,
      Dependence dependence,
      double keptShare) {
    double independent = dependence.independent((double) count, keptShare);
    draft.of(count, independent).together(dependence);
    if (before.isEmpty()
        || beforeCount < DriftStudy.FEWEST_REFERENCE
        || independent < DriftStudy.FEWEST_ROWS) {
      draft.tooFew().compare(Aspect.VALUES, Unit.SHARE, 0, DriftStudy.LEAST_MIX, 1);
      return;
    }
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    double[] first = names.stream().mapToDouble(n -> before.getOrDefault(n, 0.0)).toArray();
    double[] second = names.stream().mapToDouble(n -> now.getOrDefault(n, 0.0)).toArray();
    SampleSizes sizes = new SampleSizes(independent(dependence, beforeCount), independent);
    CategoryShift shift = CategoryShift.between(first, second, sizes);
    double firstSum = Arrays.stream(first).sum();
    double secondSum = Arrays.stream(second).sum();
    List<ValueShare> changes = new ArrayList<>();
    int place = 0;
    for (String name : names) {
      changes.add(
          new ValueShare(
              name.equals(Observed.FURTHER) ? "further ones" : name,
              first[place] / firstSum,
              second[place] / secondSum,
              first[place] == 0));
      place++;
    }
    changes.sort(Comparator.comparingDouble(c -> -Math.abs(c.now() - c.reference())));
    draft
        .mix(
            shift,
            changes.stream().filter(c -> c.now() != c.reference()).limit(MOST_CHANGES).toList(),
            Pictures.of(changes))
        .compare(Aspect.VALUES, Unit.SHARE, shift.changed(), DriftStudy.LEAST_MIX, shift.pValue());
  }

  /**
   * Compares two shares of rows, if there are enough now.
   *
   * @param hit how the rows that count go together, if that is more than the values of {@code
   *     draft}
   */
  void share(
      Draft draft,
      Aspect aspect,
      long before,
      long beforeRows,
      long now,
      long nowRows,
      Dependence hit) {
    Dependence dependence = hit.or(draft.together());
    double independent = dependence.independent((double) nowRows, 1);
    if (independent < DriftStudy.FEWEST_ROWS) {
      draft.tooFew().compare(aspect, Unit.SHARE, 0, DriftStudy.LEAST_SHARE, 1);
      return;
    }
    ShareShift shift =
        ShareShift.between(
            before,
            beforeRows,
            now,
            nowRows,
            new SampleSizes(dependence.independent((double) beforeRows, 1), independent));
    draft.compare(
        aspect, Unit.SHARE, Math.abs(shift.difference()), DriftStudy.LEAST_SHARE, shift.pValue());
  }

  /** How values of the sample, as it is ordered, go together; not asked where there is no time. */
  Dependence dependence(double[] inOrder) {
    return timed ? Dependence.of(inOrder, share) : Dependence.NONE;
  }

  /** Independent values of a reference of which {@code kept} are there. */
  private double independent(Dependence dependence, double kept) {
    return Math.max(2, dependence.independent(kept, kept / Math.max(kept, referenceRows)));
  }
}
