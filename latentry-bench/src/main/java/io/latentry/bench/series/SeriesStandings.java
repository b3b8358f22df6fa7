package io.latentry.bench.series;

import io.latentry.bench.quality.PairedBootstrap;
import io.latentry.core.evaluation.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * How methods compare. A series' figure is the mean over seeds, a family's that over its series,
 * and the mean is over families, each alike.
 *
 * @param means by descending VUS-PR
 * @param comparisons of each of ours, unsmoothed by the benchmark, with every rival, plain and
 *     smoothed; by ascending difference
 * @param nab how they stand by the score of NAB, the best first; empty without series of it, and by
 *     a protocol that has no probationary period
 */
public record SeriesStandings(
    SeriesProtocol protocol,
    List<Figures> means,
    List<Figures> families,
    List<Comparison> comparisons,
    List<Nab> nab,
    List<Figures> series,
    List<Failure> failed) {
  private static final int RESAMPLES = 10_000;
  private static final long SEED = 20_261_128;

  /**
   * Areas and shares from 0 to 1.
   *
   * @param family empty for the mean over families
   * @param set empty for the mean over series
   * @param seriesCount behind the figures
   * @param delay mean of the medians, in points, over series where an event was found; NaN if none
   */
  public record Figures(
      String family,
      String set,
      String method,
      int seriesCount,
      double vusPr,
      double auprc,
      double vusRoc,
      double auroc,
      double eventRecall,
      double delay,
      double seconds) {}

  /**
   * Ours less a rival, over the series that both have.
   *
   * @param vusPr mean over families, with a 95 % interval from series drawn again within each
   * @param byFamily by name, with the interval of a paired bootstrap over the family's series
   */
  public record Comparison(
      String ours,
      String rival,
      int seriesCount,
      Interval vusPr,
      Interval auprc,
      Map<String, FamilyDifference> byFamily) {}

  /** Ours less a rival in one family. */
  public record FamilyDifference(int seriesCount, Interval vusPr, Interval auprc) {}

  /**
   * A method over the series of NAB, at the one threshold that is best for it; means over seeds.
   *
   * @param score 0 for a detector without alarms, 100 for a perfect one
   * @param found windows with an alarm
   * @param falseAlarms alarms outside the windows, in points
   * @param joined the same by the beginnings of alarms
   */
  public record Nab(
      String method,
      int files,
      int windows,
      double score,
      double found,
      double falseAlarms,
      NabJoined joined) {}

  /** By the first point of each alarm alone, those that few points part being one. */
  public record NabJoined(double score, double found, double falseAlarms) {}

  /** A series, or a method on it, that could not be measured, and why. */
  public record Failure(String set, String reason) {}

  public SeriesStandings {
    means = List.copyOf(means);
    families = List.copyOf(families);
    comparisons = List.copyOf(comparisons);
    nab = List.copyOf(nab);
    series = List.copyOf(series);
    failed = List.copyOf(failed);
  }

  /**
   * @param ours names of methods of ours, unsmoothed
   * @param rivals names of rivals, plain and smoothed
   */
  static SeriesStandings of(
      List<SeriesResult> results, List<String> ours, List<String> rivals, List<Failure> failed) {
    Map<List<String>, List<SeriesResult>> runs = new LinkedHashMap<>();
    for (SeriesResult result : results) {
      runs.computeIfAbsent(
              List.of(result.family(), result.set(), result.method()), k -> new ArrayList<>())
          .add(result);
    }
    List<Figures> series = runs.values().stream().map(SeriesStandings::overSeeds).toList();
    List<Figures> families =
        grouped(series, f -> List.of(f.family, f.method)).stream()
            .map(group -> mean(group, group.get(0).family))
            .toList();
    List<Figures> means =
        grouped(families, f -> List.of(f.method)).stream()
            .map(group -> mean(group, ""))
            .sorted(Comparator.comparingDouble(Figures::vusPr).reversed())
            .toList();
    List<Comparison> comparisons = new ArrayList<>();
    for (String own : ours) {
      for (String rival : rivals) {
        Comparison comparison = compare(series, own, rival);
        if (comparison.seriesCount > 0) {
          comparisons.add(comparison);
        }
      }
    }
    comparisons.sort(Comparator.comparingDouble(c -> c.vusPr.estimate()));
    return new SeriesStandings(
        SeriesProtocol.A, means, families, comparisons, List.of(), series, failed);
  }

  /** The same by a protocol, with the standings by NAB's score. */
  SeriesStandings by(SeriesProtocol other, List<Nab> scores) {
    return new SeriesStandings(other, means, families, comparisons, scores, series, failed);
  }

  private static Collection<List<Figures>> grouped(
      List<Figures> figures, Function<Figures, List<String>> by) {
    return figures.stream()
        .collect(Collectors.groupingBy(by, LinkedHashMap::new, Collectors.toList()))
        .values();
  }

  private static Figures overSeeds(List<SeriesResult> runs) {
    SeriesResult first = runs.get(0);
    return new Figures(
        first.family(),
        first.set(),
        first.method(),
        1,
        mean(runs, SeriesResult::vusPr),
        mean(runs, SeriesResult::auprc),
        mean(runs, SeriesResult::vusRoc),
        mean(runs, SeriesResult::auroc),
        mean(runs, SeriesResult::eventRecall),
        mean(runs, SeriesResult::delay),
        mean(runs, SeriesResult::seconds));
  }

  private static Figures mean(List<Figures> group, String family) {
    return new Figures(
        family,
        "",
        group.get(0).method,
        group.stream().mapToInt(Figures::seriesCount).sum(),
        mean(group, Figures::vusPr),
        mean(group, Figures::auprc),
        mean(group, Figures::vusRoc),
        mean(group, Figures::auroc),
        mean(group, Figures::eventRecall),
        mean(group, Figures::delay),
        mean(group, Figures::seconds));
  }

  /** Of those that are numbers: a delay is none where no event was found. */
  private static <V> double mean(List<V> of, ToDoubleFunction<V> figure) {
    return of.stream()
        .mapToDouble(figure)
        .filter(v -> !Double.isNaN(v))
        .average()
        .orElse(Double.NaN);
  }

  private static Comparison compare(List<Figures> series, String ours, String rival) {
    Map<List<String>, Figures> theirs = new LinkedHashMap<>();
    for (Figures figures : series) {
      if (figures.method.equals(rival)) {
        theirs.put(List.of(figures.family, figures.set), figures);
      }
    }
    Map<String, List<double[]>> differences = new TreeMap<>();
    int count = 0;
    for (Figures own : series) {
      Figures other = theirs.get(List.of(own.family, own.set));
      if (own.method.equals(ours) && other != null) {
        differences
            .computeIfAbsent(own.family, f -> new ArrayList<>())
            .add(new double[] {own.vusPr - other.vusPr, own.auprc - other.auprc});
        count++;
      }
    }
    Map<String, FamilyDifference> byFamily = new TreeMap<>();
    List<double[]> vusPr = new ArrayList<>();
    List<double[]> auprc = new ArrayList<>();
    differences.forEach(
        (family, pairs) -> {
          vusPr.add(pairs.stream().mapToDouble(pair -> pair[0]).toArray());
          auprc.add(pairs.stream().mapToDouble(pair -> pair[1]).toArray());
          byFamily.put(
              family,
              new FamilyDifference(
                  pairs.size(),
                  PairedBootstrap.of(vusPr.get(vusPr.size() - 1)),
                  PairedBootstrap.of(auprc.get(auprc.size() - 1))));
        });
    return new Comparison(ours, rival, count, overFamilies(vusPr), overFamilies(auprc), byFamily);
  }

  /** Series are drawn again within each family, so that every draw has all families. */
  private static Interval overFamilies(List<double[]> byFamily) {
    if (byFamily.isEmpty()) {
      return new Interval(Double.NaN, Double.NaN, Double.NaN);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    double[] means = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      for (double[] family : byFamily) {
        double sum = 0;
        for (int i = 0; i < family.length; i++) {
          sum += family[random.nextInt(family.length)];
        }
        means[r] += sum / family.length / byFamily.size();
      }
    }
    Arrays.sort(means);
    double estimate =
        byFamily.stream()
            .mapToDouble(family -> Arrays.stream(family).average().orElse(0))
            .average()
            .orElse(Double.NaN);
    return new Interval(
        estimate, means[(int) (0.025 * RESAMPLES)], means[(int) (0.975 * RESAMPLES)]);
  }
}
