package io.latentry.bench.quality;

import io.latentry.core.evaluation.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Who stands where. All figures are percentages; a set's figure is the mean over seeds.
 *
 * @param sets by name
 * @param means best AUROC first
 * @param comparisons of our detector with each rival, the closest rival first
 * @param results all there are
 * @param failed what could not be used; of these sets, figures are missing in whole or in part
 * @param families the same for the sets of each folder, where there are several
 */
public record Standings(
    List<String> sets,
    List<Mean> means,
    List<Comparison> comparisons,
    List<Figures> results,
    List<Failure> failed,
    List<Family> families) {

  /** Figures this close are a tie: published ones are rounded to five decimals. */
  private static final double TIE = 0.005;

  /** One method on one set; {@code [mean over seeds]}, seconds NaN where not measured. */
  public record Figures(
      String set,
      String method,
      double auroc,
      double auprc,
      double fitSeconds,
      double scoreSeconds) {}

  /** One method over its sets. */
  public record Mean(
      String method,
      int sets,
      double auroc,
      double auprc,
      double fitSeconds,
      double scoreSeconds) {}

  /**
   * Our detector less a rival, over the sets and seeds that both have.
   *
   * @param auroc mean difference with its paired bootstrap interval over sets
   * @param aurocDifferences {@code [sets]}
   */
  public record Comparison(
      String rival,
      int sets,
      Interval auroc,
      Tally aurocTally,
      double[] aurocDifferences,
      Interval auprc,
      Tally auprcTally,
      double[] auprcDifferences) {}

  /** Sets won, lost, and tied. */
  public record Tally(int won, int lost, int tied) {
    static Tally of(double[] differences) {
      int won = (int) Arrays.stream(differences).filter(d -> d >= TIE).count();
      int lost = (int) Arrays.stream(differences).filter(d -> d <= -TIE).count();
      return new Tally(won, lost, differences.length - won - lost);
    }
  }

  /** A set, or a split of it, that could not be used, and why. */
  public record Failure(String set, String reason) {}

  /** The sets of one folder. */
  public record Family(
      String name, List<String> sets, List<Mean> means, List<Comparison> comparisons) {
    public Family {
      sets = List.copyOf(sets);
      means = List.copyOf(means);
      comparisons = List.copyOf(comparisons);
    }
  }

  public Standings {
    sets = List.copyOf(sets);
    means = List.copyOf(means);
    comparisons = List.copyOf(comparisons);
    results = List.copyOf(results);
    failed = List.copyOf(failed);
    families = List.copyOf(families);
  }

  /**
   * @param results one for each method, set and seed
   */
  static Standings of(List<Result> results, List<Failure> failed) {
    return of(results, failed, Map.of());
  }

  /**
   * @param results one for each method, set and seed
   * @param familyOfSet by name of the set, family by family; of one family alone nothing is told
   */
  static Standings of(List<Result> results, List<Failure> failed, Map<String, String> familyOfSet) {
    List<String> names = familyOfSet.values().stream().distinct().toList();
    List<Family> families = new ArrayList<>();
    for (String name : names.size() > 1 ? names : List.<String>of()) {
      Standings own =
          overall(
              results.stream().filter(r -> name.equals(familyOfSet.get(r.set()))).toList(),
              List.of(),
              List.of());
      if (!own.sets.isEmpty()) {
        families.add(new Family(name, own.sets, own.means, own.comparisons));
      }
    }
    return overall(results, failed, families);
  }

  private static Standings overall(
      List<Result> results, List<Failure> failed, List<Family> families) {
    Map<String, Map<String, List<Result>>> byMethod = new LinkedHashMap<>();
    for (Result result : results) {
      byMethod
          .computeIfAbsent(result.method(), m -> new TreeMap<>())
          .computeIfAbsent(result.set(), s -> new ArrayList<>())
          .add(result);
    }
    List<Figures> figures = new ArrayList<>();
    List<Mean> means = new ArrayList<>();
    List<Comparison> comparisons = new ArrayList<>();
    Map<String, List<Result>> ours = byMethod.getOrDefault(Contest.MODEL, Map.of());
    byMethod.forEach(
        (method, sets) -> {
          List<Figures> own = new ArrayList<>();
          sets.forEach((set, runs) -> own.add(figures(set, method, runs)));
          figures.addAll(own);
          means.add(mean(method, own));
          if (!method.equals(Contest.MODEL)) {
            comparisons.add(compare(method, ours, sets));
          }
        });
    means.sort(Comparator.comparingDouble(Mean::auroc).reversed());
    comparisons.removeIf(c -> c.sets() == 0);
    comparisons.sort(Comparator.comparingDouble(c -> c.auroc().estimate()));
    return new Standings(
        results.stream().map(Result::set).distinct().sorted().toList(),
        means,
        comparisons,
        figures,
        failed,
        families);
  }

  private static Figures figures(String set, String method, List<Result> runs) {
    return new Figures(
        set,
        method,
        100 * mean(runs, Result::auroc),
        100 * mean(runs, Result::auprc),
        mean(runs, Result::fitSeconds),
        mean(runs, Result::scoreSeconds));
  }

  private static Mean mean(String method, List<Figures> own) {
    return new Mean(
        method,
        own.size(),
        mean(own, Figures::auroc),
        mean(own, Figures::auprc),
        mean(own, Figures::fitSeconds),
        mean(own, Figures::scoreSeconds));
  }

  private static Comparison compare(
      String rival, Map<String, List<Result>> ours, Map<String, List<Result>> theirs) {
    List<Double> auroc = new ArrayList<>();
    List<Double> auprc = new ArrayList<>();
    ours.forEach(
        (set, runs) -> {
          List<Result> others = theirs.getOrDefault(set, List.of());
          List<Result> mine = runs.stream().filter(r -> hasSeed(others, r.seed())).toList();
          List<Result> other = others.stream().filter(r -> hasSeed(runs, r.seed())).toList();
          if (!mine.isEmpty()) {
            auroc.add(100 * (mean(mine, Result::auroc) - mean(other, Result::auroc)));
            auprc.add(100 * (mean(mine, Result::auprc) - mean(other, Result::auprc)));
          }
        });
    double[] byAuroc = auroc.stream().mapToDouble(d -> d).toArray();
    double[] byAuprc = auprc.stream().mapToDouble(d -> d).toArray();
    return new Comparison(
        rival,
        byAuroc.length,
        PairedBootstrap.of(byAuroc),
        Tally.of(byAuroc),
        byAuroc,
        PairedBootstrap.of(byAuprc),
        Tally.of(byAuprc),
        byAuprc);
  }

  private static boolean hasSeed(List<Result> runs, int seed) {
    return runs.stream().anyMatch(r -> r.seed() == seed);
  }

  private static <V> double mean(List<V> of, ToDoubleFunction<V> figure) {
    return of.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }
}
