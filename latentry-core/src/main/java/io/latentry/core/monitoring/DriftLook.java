package io.latentry.core.monitoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.RowScreen;
import io.latentry.core.drift.CategoryShift;
import io.latentry.core.drift.FalseDiscovery;
import io.latentry.core.drift.NumericShift;
import io.latentry.core.drift.SampleSizes;
import io.latentry.core.drift.ShareShift;
import io.latentry.core.monitoring.DriftFinding.Aspect;
import io.latentry.core.monitoring.DriftFinding.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * Compares the recorded hours of a version with the normal rows of its fit, by the tests of {@link
 * io.latentry.core.drift}: a drift is called if it is beyond chance over all comparisons together
 * at the level of the look, and as large as the least effect that matters.
 *
 * <p>How much rows of an hour go together is told by how the hours differ ({@link HourlyShare}).
 * What a drift does to alarms is told by direct standardisation: the alarm rate of each bin of the
 * column now, weighed by the share of the bin among normal rows. A bin counts with ten more rows of
 * the promised rate, so that one without rows has that.
 *
 * @param hours with rows that were compared
 * @param rows with a verdict
 * @param alarmRate of these
 * @param findings the called ones first, by how often their least effect they are
 * @param warmingUp whether there were too few hours or rows to call anything
 */
public record DriftLook(
    int hours, long rows, double alarmRate, List<DriftFinding> findings, boolean warmingUp) {

  private static final int HOURS_PER_DAY = 24;
  private static final int HOURS_PER_WEEK = 7 * HOURS_PER_DAY;

  /** Independent rows below which nothing is called. */
  static final int FEWEST_ROWS = 100;

  /** Values of a reference below which it is none. */
  private static final int FEWEST_REFERENCE = 20;

  static final double LEAST_SPREADS = 0.3;
  static final double LEAST_SPREADS_UP = 0.5;
  static final double LEAST_MIX = 0.1;
  static final double LEAST_SHARE = 0.02;

  /** A change of the alarm rate below this share of the promised one pages nobody. */
  private static final double LEAST_ALARM_CHANGE = 0.25;

  /** Rows of the promised rate that each bin counts more. */
  private static final double PRIOR_ROWS = 10;

  /** Drawn from the bins for a comparison of numbers. */
  private static final int MOST_VALUES = 2_000;

  /** Below this factor numbers are told as wider. */
  private static final double LEAST_WIDENING = 1.3;

  /**
   * At the last day, and if nothing drifted in it, at the last week: a sudden drift shows in a day,
   * a small one needs the hours of more. Each has half of the level.
   *
   * @param hours profiles by hour since 1970; those of {@code now} on are passed over
   * @param now the hour under way
   */
  public static DriftLook of(
      Manifest manifest,
      List<Quantity> quantities,
      SortedMap<Long, Profile> hours,
      long now,
      double promised,
      double level) {
    SortedMap<Long, Profile> week = hours.subMap(now - HOURS_PER_WEEK, now);
    SortedMap<Long, Profile> day = week.tailMap(now - HOURS_PER_DAY);
    DriftLook ofDay = of(manifest, quantities, List.copyOf(day.values()), promised, level / 2);
    if (ofDay.drifted() || week.size() == day.size()) {
      return ofDay;
    }
    DriftLook ofWeek = of(manifest, quantities, List.copyOf(week.values()), promised, level / 2);
    return ofWeek.drifted() || ofDay.warmingUp() ? ofWeek : ofDay;
  }

  /**
   * A segment of the rows in the last day.
   *
   * @param reference empty as long as there is none; then nothing is called
   * @param hours profiles of the segment by hour since 1970; those of {@code now} on are passed
   *     over
   * @param now the hour under way
   */
  public static DriftLook ofSegment(
      List<Quantity> quantities,
      Optional<DriftReference> reference,
      SortedMap<Long, Profile> hours,
      long now,
      double promised,
      double level) {
    List<Profile> day = List.copyOf(hours.subMap(now - HOURS_PER_DAY, now).values());
    return reference
        .map(before -> of(before, day, promised, level))
        .orElseGet(() -> warmingUp(quantities, day));
  }

  private static DriftLook warmingUp(List<Quantity> quantities, List<Profile> hours) {
    List<Profile> seen = seen(hours);
    Profile all = seen.stream().reduce(Profile.none(quantities), Profile::plus);
    return new DriftLook(seen.size(), all.judged(), rate(all), List.of(), true);
  }

  private static List<Profile> seen(List<Profile> hours) {
    return hours.stream().filter(h -> h.judged() + h.unscorable() > 0).toList();
  }

  private static double rate(Profile all) {
    return all.judged() == 0 ? Double.NaN : (double) all.anomaly() / all.judged();
  }

  /**
   * @param hours profiles of some hours, at most one for each, with every quantity; or of stretches
   *     of a table, whose differences tell as well how much neighbouring rows go together
   * @param promised share of normal rows that are called anomalies
   * @param level of this look
   */
  public static DriftLook of(
      Manifest manifest,
      List<Quantity> quantities,
      List<Profile> hours,
      double promised,
      double level) {
    return of(DriftReference.of(manifest, quantities), hours, promised, level);
  }

  static DriftLook of(
      DriftReference reference, List<Profile> hours, double promised, double level) {
    List<Quantity> quantities = reference.quantities();
    List<Profile> seen = seen(hours);
    Profile all = seen.stream().reduce(Profile.none(quantities), Profile::plus);
    if (all.judged() == 0 || quantities.isEmpty()) {
      return warmingUp(quantities, hours);
    }
    double rate = rate(all);
    Study study = new Study(reference, seen, all, promised, level);
    for (int i = 0; i < quantities.size(); i++) {
      study.quantity(i);
    }
    study.unscorable();
    return new DriftLook(seen.size(), all.judged(), rate, study.findings(rate), study.isTooFew());
  }

  /** Whether anything drifted that is not as in the week before. */
  public boolean hasNews() {
    return findings.stream().anyMatch(DriftFinding::isNews);
  }

  /**
   * Whether latent means drifted, anew, while each column is as it was: the columns no longer go
   * together as they did.
   */
  public boolean isOfDependence() {
    return findings.stream().anyMatch(f -> f.kind() == Quantity.Kind.LATENT && f.isNews())
        && !hasOtherColumn(findings);
  }

  /** Also one that is too young to be called, which may be what moves the rest. */
  private static boolean hasOtherColumn(List<DriftFinding> findings) {
    return findings.stream()
        .filter(f -> f.kind() == Quantity.Kind.COLUMN)
        .anyMatch(f -> f.called() || (f.independent() < FEWEST_ROWS && f.effect() >= f.minimum()));
  }

  /** Whether anything drifted. */
  public boolean drifted() {
    return findings.stream().anyMatch(DriftFinding::called);
  }

  /** The same with the courses of another look; empty if that did not call all that is called. */
  public Optional<DriftLook> withCoursesOf(DriftLook other) {
    List<DriftFinding> told = new ArrayList<>();
    for (DriftFinding finding : findings) {
      Optional<DriftFinding> before =
          other.findings.stream().filter(f -> f.called() && f.isOf(finding)).findFirst();
      if (finding.called() && before.isEmpty()) {
        return Optional.empty();
      }
      told.add(finding.called() ? finding.with(before.orElseThrow().course()) : finding);
    }
    return Optional.of(new DriftLook(hours, rows, alarmRate, told, warmingUp));
  }

  private static final class Study {
    private final DriftReference reference;
    private final List<Profile> hours;
    private final Profile all;
    private final double promised;
    private final double level;
    private final List<DriftFinding> found = new ArrayList<>();

    Study(
        DriftReference reference, List<Profile> hours, Profile all, double promised, double level) {
      this.reference = reference;
      this.hours = hours;
      this.all = all;
      this.promised = promised;
      this.level = level;
    }

    boolean isTooFew() {
      return hours.size() < HourlyShare.FEWEST_HOURS
          || found.stream().noneMatch(f -> f.independent() >= FEWEST_ROWS);
    }

    List<DriftFinding> findings(double rate) {
      double[] adjusted =
          FalseDiscovery.adjusted(found.stream().mapToDouble(DriftFinding::pValue).toArray());
      double error = 2 * Math.sqrt(rate * (1 - rate) / Math.max(1, all.judged()));
      double least = Math.max(LEAST_ALARM_CHANGE * promised, error);
      List<DriftFinding> all =
          IntStream.range(0, adjusted.length)
              .mapToObj(i -> found.get(i).adjusted(adjusted[i], level, rate, least))
              .sorted(
                  Comparator.comparing((DriftFinding f) -> !f.called())
                      .thenComparingDouble(f -> -f.effect() / f.minimum()))
              .toList();
      return hasOtherColumn(all) ? all : all.stream().map(Study::ofDependence).toList();
    }

    private static DriftFinding ofDependence(DriftFinding of) {
      return of.kind() == Quantity.Kind.LATENT && of.called()
          ? of.with(
              "columns no longer go together as they did: %s %s".formatted(of.name(), of.words()))
          : of;
    }

    void quantity(int i) {
      Quantity of = reference.quantities().get(i);
      Profile.Counts now = all.quantities().get(i);
      if (of.referenceRows() >= FEWEST_REFERENCE && now.present() > 0) {
        if (of.isOfNumbers()) {
          numbers(i, of, now);
        } else {
          mix(i, of, now);
        }
      }
      if (of.kind() == Quantity.Kind.COLUMN) {
        missing(i, of, now);
        novel(i, of, now);
      }
    }

    private void numbers(int i, Quantity of, Profile.Counts now) {
      double[] shares = of.reference();
      int size = (int) Math.min(MOST_VALUES, of.referenceRows());
      double[] before = of.values(shares, size);
      if (!(NumericShift.spread(before) > 0)) {
        return;
      }
      double[] after = of.values(doubles(now.rows()), MOST_VALUES);
      double independent = independent(i, of, now);
      NumericShift shift =
          NumericShift.between(
              before,
              after,
              new SampleSizes(size, Math.max(2, Math.min((double) now.present(), independent))));
      boolean upwards = of.kind() == Quantity.Kind.TERM || of.kind() == Quantity.Kind.SCORE;
      add(
          of,
          Aspect.VALUES,
          Unit.SPREADS,
          upwards ? shift.upward() : shift.distance(),
          upwards ? LEAST_SPREADS_UP : LEAST_SPREADS,
          independent,
          shift.pValue(),
          of.kind() == Quantity.Kind.COLUMN ? alarmsWithout(of, now) : Double.NaN,
          words(shift));
    }

    private void mix(int i, Quantity of, Profile.Counts now) {
      double independent = independent(i, of, now);
      CategoryShift shift =
          CategoryShift.between(
              Arrays.stream(of.reference()).map(s -> s * of.referenceRows()).toArray(),
              doubles(now.rows()),
              new SampleSizes(
                  of.referenceRows(), Math.max(2, Math.min((double) now.present(), independent))));
      add(
          of,
          Aspect.VALUES,
          Unit.SHARE,
          shift.changed(),
          LEAST_MIX,
          independent,
          shift.pValue(),
          alarmsWithout(of, now),
          percent(shift.changed()) + " of rows have another value than they used to");
    }

    private void missing(int i, Quantity of, Profile.Counts now) {
      share(
          of.name(),
          of.kind(),
          Aspect.MISSING,
          reference.missing(i),
          hours.stream()
              .mapToLong(h -> h.quantities().get(i).missing() + withoutVerdict(h, of.name()))
              .toArray(),
          hours.stream().mapToLong(h -> h.judged() + withoutVerdict(h, of.name())).toArray(),
          alarmsWithout(of, now),
          "missing in ");
    }

    /** Rows without a verdict since a column has no value. */
    private static long withoutVerdict(Profile of, String column) {
      return of.unscorableBy().getOrDefault(RowScreen.missingValue(column), 0L);
    }

    private void novel(int i, Quantity of, Profile.Counts now) {
      Optional<DriftReference.Share> before = reference.novel(i);
      if (before.isEmpty()) {
        return;
      }
      String words = "of a kind that training never saw in ";
      if (of.isOfNames()) {
        share(
            of.name(),
            of.kind(),
            Aspect.NOVEL,
            before.get(),
            hours.stream().mapToLong(h -> h.quantities().get(i).rows()[of.bins() - 1]).toArray(),
            hours.stream().mapToLong(Profile::judged).toArray(),
            alarmsWithout(of, now),
            words);
      } else {
        share(
            of.name(),
            of.kind(),
            Aspect.NOVEL,
            before.get(),
            hours.stream()
                .mapToLong(h -> Math.min(rows(h), h.novelties().getOrDefault(of.name(), 0L)))
                .toArray(),
            hours.stream().mapToLong(Study::rows).toArray(),
            Double.NaN,
            words);
      }
    }

    void unscorable() {
      share(
          "unscorable",
          Quantity.Kind.SCORE,
          Aspect.SHARE,
          reference.unscorable(),
          hours.stream().mapToLong(Profile::unscorable).toArray(),
          hours.stream().mapToLong(Study::rows).toArray(),
          Double.NaN,
          "no verdict on ",
          commonestReason());
    }

    private String commonestReason() {
      return all.unscorableBy().entrySet().stream()
          .max(Map.Entry.comparingByValue())
          .filter(most -> 2 * most.getValue() > all.unscorable())
          .map(most -> " (most of them: " + most.getKey() + ")")
          .orElse("");
    }

    private static long rows(Profile hour) {
      return hour.judged() + hour.unscorable();
    }

    private void share(
        String name,
        Quantity.Kind kind,
        Aspect aspect,
        DriftReference.Share before,
        long[] hits,
        long[] rows,
        double alarmsWithout,
        String what) {
      share(name, kind, aspect, before, hits, rows, alarmsWithout, what, "");
    }

    private void share(
        String name,
        Quantity.Kind kind,
        Aspect aspect,
        DriftReference.Share before,
        long[] hits,
        long[] rows,
        double alarmsWithout,
        String what,
        String why) {
      HourlyShare hourly = HourlyShare.of(hits, rows);
      double independent = hourly.independent(hourly.rows(), level);
      ShareShift shift =
          ShareShift.between(
              before.hits(),
              before.rows(),
              hourly.hits(),
              hourly.rows(),
              new SampleSizes(before.rows(), Math.max(1, independent)));
      found.add(
          finding(
              name,
              kind,
              aspect,
              Unit.SHARE,
              Math.abs(shift.difference()),
              LEAST_SHARE,
              independent,
              shift.pValue(),
              alarmsWithout,
              what
                  + percent(shift.now())
                  + " of rows, "
                  + percent(shift.reference())
                  + " before"
                  + why));
    }

    private void add(
        Quantity of,
        Aspect aspect,
        Unit unit,
        double effect,
        double minimum,
        double independent,
        double pValue,
        double alarmsWithout,
        String words) {
      found.add(
          finding(
              of.name(),
              of.kind(),
              aspect,
              unit,
              effect,
              minimum,
              independent,
              pValue,
              alarmsWithout,
              words));
    }

    private static DriftFinding finding(
        String name,
        Quantity.Kind kind,
        Aspect aspect,
        Unit unit,
        double effect,
        double minimum,
        double independent,
        double pValue,
        double alarmsWithout,
        String words) {
      boolean tooFew = independent < FEWEST_ROWS;
      return new DriftFinding(
          name,
          kind,
          aspect,
          unit,
          effect,
          minimum,
          independent,
          tooFew ? 1 : pValue,
          1,
          false,
          alarmsWithout,
          false,
          words,
          DriftCourse.UNKNOWN);
    }

    private double independent(int i, Quantity of, Profile.Counts now) {
      return HourlyShare.of(of, i, hours).independent(now.present(), level);
    }

    private double alarmsWithout(Quantity of, Profile.Counts now) {
      double[] reference = of.reference();
      double rate = of.missingShare() * rate(now.missing(), now.missingAlarms());
      for (int b = 0; b < reference.length; b++) {
        rate += (1 - of.missingShare()) * reference[b] * rate(now.rows()[b], now.alarms()[b]);
      }
      return rate;
    }

    private double rate(long rows, long alarms) {
      return (alarms + PRIOR_ROWS * promised) / (rows + PRIOR_ROWS);
    }
  }

  private static String words(NumericShift shift) {
    if (Double.isFinite(shift.factor())) {
      return "is " + figure(shift.factor()) + " times what it was";
    }
    if (Math.abs(shift.moved()) < shift.distance() / 2 && shift.widening() >= LEAST_WIDENING) {
      return "became " + figure(shift.widening()) + " times as wide";
    }
    return "moved "
        + (shift.moved() < 0 ? "down" : "up")
        + " by "
        + figure(Math.abs(shift.moved()))
        + " of its normal spread";
  }

  static String percent(double share) {
    return figure(100 * share) + " %";
  }

  static String figure(double value) {
    return String.format(Locale.ROOT, "%.3g", value)
        .replaceAll("(\\.\\d*?)0+$", "$1")
        .replaceAll("\\.$", "");
  }

  private static double[] doubles(long[] counts) {
    return Arrays.stream(counts).asDoubleStream().toArray();
  }
}
