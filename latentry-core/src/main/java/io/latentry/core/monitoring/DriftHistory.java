package io.latentry.core.monitoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.drift.CategoryShift;
import io.latentry.core.drift.NumericShift;
import io.latentry.core.drift.SampleSizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * The days before a look, which tell how a drift came about: each is compared with the normal rows
 * of the fit as the last one is, and how large the drift was on each tells the course.
 *
 * <p>Days end with the look, so that each has every hour of the day once. A day of few rows tells
 * nothing, and is passed over.
 */
public final class DriftHistory {
  /** Days that are looked back on. */
  public static final int DAYS = 28;

  private static final int HOURS_PER_DAY = 24;
  private static final int WEEK = 7;

  /** Days between two that are alike on which the drift was away. */
  private static final int LEAST_AWAY = 2;

  /** Of the least effect that matters: by less, two days are alike. */
  private static final double ALIKE = 0.5;

  /** Of the whole way up: a drift that made so much of it within a day was sudden. */
  private static final double LEAST_JUMP = 0.7;

  private static final int MOST_VALUES = 2_000;

  private final List<Quantity> quantities;
  private final SortedMap<Long, Profile> hours;
  private final long now;

  /** Of the last day first. */
  private final List<Profile> days = new ArrayList<>();

  private final List<DriftLook> looks = new ArrayList<>();

  /**
   * @param hours profiles by hour since 1970, with every quantity, of up to {@link #DAYS} days
   *     before {@code now}, the hour under way
   * @param promised share of normal rows that are called anomalies
   */
  public DriftHistory(
      Manifest manifest,
      List<Quantity> quantities,
      SortedMap<Long, Profile> hours,
      long now,
      double promised,
      double level) {
    this(DriftReference.of(manifest, quantities), hours, now, promised, level);
  }

  /** The same of days that are compared with something else. */
  public DriftHistory(
      DriftReference reference,
      SortedMap<Long, Profile> hours,
      long now,
      double promised,
      double level) {
    this.quantities = reference.quantities();
    this.hours = hours.headMap(now);
    this.now = now;
    long first = this.hours.isEmpty() ? now : this.hours.firstKey();
    for (int day = 0; day < DAYS && begin(day) + HOURS_PER_DAY > first; day++) {
      List<Profile> of = List.copyOf(day(day).values());
      days.add(of.stream().reduce(Profile.none(quantities), Profile::plus));
      looks.add(DriftLook.of(reference, of, promised, level));
    }
  }

  private long begin(int day) {
    return now - (day + 1L) * HOURS_PER_DAY;
  }

  private SortedMap<Long, Profile> day(int day) {
    return hours.subMap(begin(day), begin(day) + HOURS_PER_DAY);
  }

  /** The look with the course of each drift that was called. */
  public DriftLook courses(DriftLook look) {
    return new DriftLook(
        look.hours(),
        look.rows(),
        look.alarmRate(),
        look.findings().stream().map(f -> f.called() ? f.with(course(f)) : f).toList(),
        look.warmingUp());
  }

  private DriftCourse course(DriftFinding drift) {
    double[] effects =
        IntStream.range(0, days.size()).mapToDouble(day -> effect(drift, day)).toArray();
    if (effects.length == 0 || !(effects[0] >= drift.minimum())) {
      return DriftCourse.UNKNOWN;
    }
    if (isWeekly(drift, effects)) {
      return new DriftCourse(DriftCourse.Shape.WEEKLY, OptionalLong.empty());
    }
    // Days that tell something, the last first.
    int[] telling =
        IntStream.range(0, effects.length).filter(day -> !Double.isNaN(effects[day])).toArray();
    int run = 1;
    while (run < telling.length && effects[telling[run]] >= drift.minimum()) {
      run++;
    }
    if (run == telling.length) {
      return DriftCourse.UNKNOWN;
    }
    double before = effects[telling[run]];
    double early = effects[telling[run - 1]];
    if (run > 1) {
      early = Math.max(early, effects[telling[run - 2]]);
    }
    double most = IntStream.range(0, run).mapToDouble(k -> effects[telling[k]]).max().orElseThrow();
    boolean sudden = early - before >= LEAST_JUMP * (most - before);
    return sudden
        ? new DriftCourse(
            DriftCourse.Shape.SUDDEN, OptionalLong.of(jump(drift, telling[run - 1], telling[run])))
        : new DriftCourse(DriftCourse.Shape.GRADUAL, OptionalLong.of(begin(telling[run - 1])));
  }

  /** NaN of a day that tells nothing. */
  private double effect(DriftFinding drift, int day) {
    Profile of = days.get(day);
    if (rows(drift, quantity(drift), of) < DriftLook.FEWEST_ROWS) {
      return Double.NaN;
    }
    return looks.get(day).findings().stream()
        .filter(f -> f.isOf(drift))
        .mapToDouble(DriftFinding::effect)
        .findFirst()
        .orElse(Double.NaN);
  }

  private boolean isWeekly(DriftFinding drift, double[] effects) {
    if (effects.length <= WEEK || !(effects[WEEK] >= drift.minimum())) {
      return false;
    }
    long away = Arrays.stream(effects, 1, WEEK).filter(effect -> effect < drift.minimum()).count();
    return away >= LEAST_AWAY
        && difference(drift, days.get(WEEK), days.get(0)) < ALIKE * drift.minimum();
  }

  /** How far two days are apart, in what the drift is measured in. */
  private double difference(DriftFinding drift, Profile before, Profile after) {
    int i = quantity(drift);
    if (i < 0 || drift.aspect() != DriftFinding.Aspect.VALUES) {
      return Math.abs(shares(drift, i, before)[0] - shares(drift, i, after)[0]);
    }
    Quantity of = quantities.get(i);
    double[] first = doubles(before.quantities().get(i).rows());
    double[] second = doubles(after.quantities().get(i).rows());
    SampleSizes sizes =
        new SampleSizes(
            Math.max(2, Math.min(MOST_VALUES, Arrays.stream(first).sum())),
            Math.max(2, Math.min(MOST_VALUES, Arrays.stream(second).sum())));
    if (!of.isOfNumbers()) {
      return CategoryShift.between(first, second, sizes).changed();
    }
    double[] values = of.values(first, MOST_VALUES);
    double spread = NumericShift.spread(values);
    double normal = NumericShift.spread(of.values(of.reference(), MOST_VALUES));
    return spread > 0
        ? NumericShift.between(values, of.values(second, MOST_VALUES), sizes).distance()
            * (spread / normal)
        : Double.POSITIVE_INFINITY;
  }

  /**
   * The hour that parts what was before from what is after best, by cumulated sums: each hour
   * counts by how much it is like the drifted days rather than normal rows, less what the same hour
   * of the days before has.
   *
   * @param first day of the drift
   * @param away the last day before it that tells something
   */
  private long jump(DriftFinding drift, int first, int away) {
    int i = quantity(drift);
    double[] direction = difference(drift, i, first, away);
    SortedMap<Long, Profile> around = hours.subMap(begin(away), begin(first) + HOURS_PER_DAY);
    List<Long> at = new ArrayList<>();
    List<Double> level = new ArrayList<>();
    List<Double> weight = new ArrayList<>();
    double sum = 0;
    double rows = 0;
    for (var hour : around.entrySet()) {
      double of = rows(drift, i, hour.getValue());
      if (of > 0) {
        double above =
            product(direction, shares(drift, i, hour.getValue()))
                - sameHour(drift, i, direction, hour.getKey(), away);
        at.add(hour.getKey());
        level.add(above);
        weight.add(of);
        sum += above * of;
        rows += of;
      }
    }
    double mean = sum / rows;
    double walk = 0;
    double lowest = Double.POSITIVE_INFINITY;
    long since = begin(first);
    for (int k = 0; k + 1 < at.size(); k++) {
      walk += weight.get(k) * (level.get(k) - mean);
      if (walk < lowest) {
        lowest = walk;
        since = at.get(k + 1);
      }
    }
    return since;
  }

  private double sameHour(DriftFinding drift, int i, double[] direction, long hour, int away) {
    double sum = 0;
    double rows = 0;
    for (long before = hour - HOURS_PER_DAY;
        before >= now - (long) DAYS * HOURS_PER_DAY;
        before -= HOURS_PER_DAY) {
      Profile profile = hours.get(before);
      if (before < begin(away) && profile != null) {
        double of = rows(drift, i, profile);
        if (of > 0) {
          sum += of * product(direction, shares(drift, i, profile));
          rows += of;
        }
      }
    }
    return rows > 0 ? sum / rows : 0;
  }

  /** The drifted days less normal rows. */
  private double[] difference(DriftFinding drift, int i, int first, int away) {
    Profile after =
        days.subList(0, first + 1).stream().reduce(Profile.none(quantities), Profile::plus);
    double[] shares = shares(drift, i, after);
    if (i < 0 || drift.aspect() != DriftFinding.Aspect.VALUES) {
      return new double[] {Math.signum(shares[0] - shares(drift, i, days.get(away))[0])};
    }
    double[] reference = quantities.get(i).reference();
    for (int b = 0; b < shares.length; b++) {
      shares[b] -= reference[b];
    }
    return shares;
  }

  /** By bin of values; else the one share that drifted. */
  private double[] shares(DriftFinding drift, int i, Profile of) {
    double rows = Math.max(1, rows(drift, i, of));
    if (i < 0) {
      return new double[] {of.unscorable() / rows};
    }
    Profile.Counts counts = of.quantities().get(i);
    return switch (drift.aspect()) {
      case VALUES, SHARE -> Arrays.stream(counts.rows()).mapToDouble(c -> c / rows).toArray();
      case MISSING -> new double[] {counts.missing() / rows};
      case NOVEL ->
          new double[] {
            (quantities.get(i).isOfNames()
                    ? counts.rows()[counts.rows().length - 1]
                    : of.novelties().getOrDefault(drift.name(), 0L))
                / rows
          };
    };
  }

  private static double rows(DriftFinding drift, int i, Profile of) {
    return i >= 0 && drift.aspect() == DriftFinding.Aspect.VALUES
        ? of.quantities().get(i).present()
        : of.judged() + of.unscorable();
  }

  /** Below 0 of what is of no quantity. */
  private int quantity(DriftFinding drift) {
    return IntStream.range(0, quantities.size())
        .filter(
            i ->
                drift.aspect() != DriftFinding.Aspect.SHARE
                    && quantities.get(i).kind() == drift.kind()
                    && quantities.get(i).name().equals(drift.name()))
        .findFirst()
        .orElse(-1);
  }

  private static double product(double[] one, double[] other) {
    double sum = 0;
    for (int b = 0; b < one.length; b++) {
      sum += one[b] * other[b];
    }
    return sum;
  }

  private static double[] doubles(long[] counts) {
    return Arrays.stream(counts).asDoubleStream().toArray();
  }
}
