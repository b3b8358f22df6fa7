package io.latentry.bench.calibration;

import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.core.evaluation.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How promises were kept, by table and in all.
 *
 * @param sets a line for each table and number of rows, in the order of the trials
 * @param sizes a line for each class of rows that calibrated
 * @param all of all trials
 */
public record KeptPromises(
    List<Line> sets, List<Line> sizes, Line all, List<PromiseTrial> trials, List<Failure> failed) {
  private static final int[] SIZES = {100, 300, 1_000, 3_000, Integer.MAX_VALUE};

  /** A trial that could not be made. */
  public record Failure(String set, int rows, long seed, String reason) {}

  /**
   * Trials together. Rates are means over fits.
   *
   * @param observed false alarms of all fresh rows together, with 95 % by Clopper-Pearson; fits of
   *     one table share rows, so the interval is a little narrow
   * @param within fits whose observed rate, taken as it is, is at most the promised bound
   * @param held fits that are not broken: whose fresh rows do not show a rate above the bound
   */
  public record Line(
      String name,
      int fits,
      double promised,
      double upperBound,
      Interval observed,
      double highest,
      int within,
      int held) {

    static Line of(String name, List<PromiseTrial> trials) {
      return new Line(
          name,
          trials.size(),
          trials.stream().mapToDouble(PromiseTrial::promised).average().orElse(Double.NaN),
          trials.stream().mapToDouble(PromiseTrial::upperBound).average().orElse(Double.NaN),
          ClopperPearson.interval(
              trials.stream().mapToLong(PromiseTrial::alarms).sum(),
              trials.stream().mapToLong(PromiseTrial::fresh).sum()),
          trials.stream().mapToDouble(PromiseTrial::observed).max().orElse(Double.NaN),
          (int) trials.stream().filter(PromiseTrial::isWithinBound).count(),
          (int) trials.stream().filter(trial -> !trial.isBroken()).count());
    }
  }

  public KeptPromises {
    sets = List.copyOf(sets);
    sizes = List.copyOf(sizes);
    trials = List.copyOf(trials);
    failed = List.copyOf(failed);
  }

  static KeptPromises of(List<PromiseTrial> trials, List<Failure> failed) {
    Map<String, List<PromiseTrial>> bySet = new LinkedHashMap<>();
    for (PromiseTrial trial : trials) {
      bySet
          .computeIfAbsent(
              trial.set() + String.format(Locale.ROOT, ", %,d rows", trial.rows()),
              name -> new ArrayList<>())
          .add(trial);
    }
    List<Line> sizes = new ArrayList<>();
    int from = 0;
    for (int to : SIZES) {
      int above = from;
      List<PromiseTrial> some =
          trials.stream().filter(t -> t.rows() >= above && t.rows() < to).toList();
      if (!some.isEmpty()) {
        sizes.add(
            Line.of(
                to == Integer.MAX_VALUE
                    ? String.format(Locale.ROOT, "%,d rows or more", from)
                    : String.format(Locale.ROOT, "%,d to %,d rows", from, to - 1),
                some));
      }
      from = to;
    }
    return new KeptPromises(
        bySet.entrySet().stream().map(e -> Line.of(e.getKey(), e.getValue())).toList(),
        sizes,
        Line.of("all", trials),
        trials,
        failed);
  }

  /** As Markdown, which a terminal shows well enough too. */
  public String text() {
    StringBuilder text = new StringBuilder("# Promises on false alarms, kept\n\n");
    text.append(
        """
        Every fit learns from some of a table's normal rows and judges others. The bound holds
        where the fresh rows do not show a rate above it: their one-sided 95 % lower bound
        (Clopper and Pearson) is not beyond. "Within" compares the observed share as it is; of a
        promise that holds in 95 % of fits some miss that by the luck of the fresh rows alone.

        | table | fits | promised | at most | observed (95 %) | highest | bound held | within |
        |---|---|---|---|---|---|---|---|
        """);
    sets.forEach(line -> append(text, line));
    sizes.forEach(line -> append(text, line));
    append(text, all);
    if (!failed.isEmpty()) {
      text.append("\nCould not be used:\n\n");
      failed.forEach(
          f ->
              text.append("- ")
                  .append(f.set())
                  .append(f.rows() == 0 ? "" : ", " + f.rows() + " rows")
                  .append(", seed ")
                  .append(f.seed())
                  .append(": ")
                  .append(f.reason().lines().findFirst().orElse(""))
                  .append('\n'));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Line line) {
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %d | %.2f %% | %.2f %% | %.2f %% (%.2f to %.2f) | %.2f %% | %d (%.1f %%) | %d (%.1f %%) |%n",
            line.name(),
            line.fits(),
            100 * line.promised(),
            100 * line.upperBound(),
            100 * line.observed().estimate(),
            100 * line.observed().low(),
            100 * line.observed().high(),
            100 * line.highest(),
            line.held(),
            100.0 * line.held() / line.fits(),
            line.within(),
            100.0 * line.within() / line.fits()));
  }
}
