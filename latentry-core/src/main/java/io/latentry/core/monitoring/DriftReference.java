package io.latentry.core.monitoring;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.ToLongFunction;

/**
 * What recorded hours are compared with: the normal rows of the fit, or of a segment of the rows
 * its own hours before, since segments differ from each other and from the whole.
 */
public final class DriftReference {
  private static final int HOURS_PER_DAY = 24;

  /** That the hours before reach back from the last day, and how many of them must have rows. */
  private static final int DAYS = 14;

  private static final int FEWEST_DAYS = 7;

  private final List<Quantity> quantities;
  private final List<Share> missing;
  private final List<Optional<Share>> novel;
  private final Share unscorable;

  /** Rows that are worth so many independent ones, and how many of them were so. */
  record Share(long hits, long rows) {}

  private DriftReference(
      List<Quantity> quantities,
      List<Share> missing,
      List<Optional<Share>> novel,
      Share unscorable) {
    this.quantities = quantities;
    this.missing = missing;
    this.novel = novel;
    this.unscorable = unscorable;
  }

  /** The normal rows that a model was fitted on. */
  public static DriftReference of(Manifest manifest, List<Quantity> quantities) {
    List<Share> missing = new ArrayList<>();
    List<Optional<Share>> novel = new ArrayList<>();
    long rows = manifest.calibration().rows();
    for (int i = 0; i < quantities.size(); i++) {
      Quantity of = quantities.get(i);
      missing.add(new Share(Math.round(of.missingShare() * rows), rows));
      novel.add(of.kind() == Quantity.Kind.COLUMN ? novel(manifest, i, of) : Optional.empty());
    }
    Manifest.Provenance fit = manifest.provenance();
    boolean pooled = manifest.calibration().method().equals("cross-validated");
    long normal =
        pooled
            ? fit.calibrationRows()
            : (long) fit.trainingRows() + fit.validationRows() + fit.calibrationRows();
    return new DriftReference(
        quantities, missing, novel, new Share(fit.unusableRows(), normal + fit.unusableRows()));
  }

  private static Optional<Share> novel(Manifest manifest, int i, Quantity of) {
    if (of.isOfNames()) {
      // Names beyond those of the bins, which the mix compares.
      return of.reference()[of.bins() - 1] > 0
          ? Optional.empty()
          : Optional.of(new Share(0, (long) Math.max(1, of.referenceRows())));
    }
    Column column = manifest.schema().columns().get(i);
    return Optional.ofNullable(column.novelty()).map(n -> new Share(0, Math.max(1, n.rows())));
  }

  /**
   * The two weeks of a segment before the last day.
   *
   * @param hours profiles by hour since 1970, of {@link #firstHour} on
   * @param now the hour under way; all of a day, counted in UTC, have the same reference
   * @param level of the look, which says how little few hours count
   * @return empty if there were rows on fewer than seven days
   */
  public static Optional<DriftReference> before(
      List<Quantity> quantities, SortedMap<Long, Profile> hours, long now, double level) {
    SortedMap<Long, Profile> before =
        hours.subMap(firstHour(now), firstHour(now) + DAYS * HOURS_PER_DAY);
    List<Profile> seen =
        before.values().stream().filter(h -> h.judged() + h.unscorable() > 0).toList();
    long days =
        before.keySet().stream().map(h -> Math.floorDiv(h, HOURS_PER_DAY)).distinct().count();
    if (days < FEWEST_DAYS || quantities.isEmpty()) {
      return Optional.empty();
    }
    Profile all = seen.stream().reduce(Profile.none(quantities), Profile::plus);
    List<Quantity> own = new ArrayList<>();
    List<Share> missing = new ArrayList<>();
    List<Optional<Share>> novel = new ArrayList<>();
    for (int i = 0; i < quantities.size(); i++) {
      int place = i;
      Quantity of = quantities.get(i);
      Profile.Counts counts = all.quantities().get(i);
      Share gone = share(seen, h -> h.quantities().get(place).missing(), Profile::judged, level);
      own.add(
          of.against(
              counts.rows(),
              (double) gone.hits() / gone.rows(),
              Math.min(
                  (double) counts.present(),
                  HourlyShare.of(of, i, seen).independent(counts.present(), level))));
      missing.add(gone);
      novel.add(
          of.kind() == Quantity.Kind.COLUMN
              ? Optional.of(
                  of.isOfNames()
                      ? share(
                          seen,
                          h -> h.quantities().get(place).rows()[of.bins() - 1],
                          Profile::judged,
                          level)
                      : share(
                          seen,
                          h -> Math.min(rows(h), h.novelties().getOrDefault(of.name(), 0L)),
                          DriftReference::rows,
                          level))
              : Optional.empty());
    }
    return Optional.of(
        new DriftReference(
            own, missing, novel, share(seen, Profile::unscorable, DriftReference::rows, level)));
  }

  /** The first hour that the reference of a look at {@code now} may be of. */
  public static long firstHour(long now) {
    return Math.floorDiv(now, HOURS_PER_DAY) * HOURS_PER_DAY - (DAYS + 1L) * HOURS_PER_DAY;
  }

  private static long rows(Profile hour) {
    return hour.judged() + hour.unscorable();
  }

  private static Share share(
      List<Profile> hours,
      ToLongFunction<Profile> hits,
      ToLongFunction<Profile> rows,
      double level) {
    HourlyShare hourly =
        HourlyShare.of(
            hours.stream().mapToLong(hits).toArray(), hours.stream().mapToLong(rows).toArray());
    double independent = Math.min((double) hourly.rows(), hourly.independent(hourly.rows(), level));
    long worth = Math.max(1, Math.round(independent));
    return new Share(Math.round(hourly.share() * worth), worth);
  }

  /** Each with the values of before as its reference. */
  public List<Quantity> quantities() {
    return quantities;
  }

  Share missing(int quantity) {
    return missing.get(quantity);
  }

  /** Values of a kind that training never saw; empty where that is not compared. */
  Optional<Share> novel(int quantity) {
    return novel.get(quantity);
  }

  /** Rows without a verdict. */
  Share unscorable() {
    return unscorable;
  }
}
