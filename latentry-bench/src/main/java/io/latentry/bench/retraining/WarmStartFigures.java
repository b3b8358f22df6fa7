package io.latentry.bench.retraining;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Retrainings and fits from scratch, side by side.
 *
 * @param failed sets that could not be used, with the reason
 */
public record WarmStartFigures(List<Pair> pairs, Map<String, String> failed) {
  public WarmStartFigures {
    pairs = List.copyOf(pairs);
    failed = new TreeMap<>(failed);
  }

  /**
   * One of both.
   *
   * @param processorSeconds of the whole, the gate of a retraining included
   * @param seconds by a clock on the wall, likewise
   * @param fitSeconds of those, the fit alone
   * @param stages processor seconds by stage, in words
   * @param auroc on rows that neither learned from; NaN if there are none
   */
  public record Side(
      double processorSeconds, double seconds, double fitSeconds, String stages, double auroc) {}

  /**
   * Both on one set.
   *
   * @param promoted whether the retrained model passed the gate
   */
  public record Pair(String set, int rows, Side warm, Side scratch, boolean promoted) {
    /** As a line of a table. */
    String line() {
      return String.format(
          Locale.ROOT,
          "| %s | %,d | %.1f | %.1f | %.1f | %.1f | %.1f | %.4f | %.4f | %s |",
          set,
          rows,
          warm.processorSeconds(),
          scratch.processorSeconds(),
          scratch.processorSeconds() / warm.processorSeconds(),
          warm.seconds(),
          scratch.seconds(),
          warm.auroc(),
          scratch.auroc(),
          promoted ? "promote" : "refuse");
    }
  }

  /** As Markdown. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| set | rows | retraining, processor s | fit from scratch, processor s | times | wall s |"
            + " wall s | AUROC retrained | AUROC from scratch | gate |");
    lines.add("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|");
    pairs.forEach(pair -> lines.add(pair.line()));
    lines.add("");
    for (Pair pair : pairs) {
      lines.add("- " + pair.set() + ", retraining: " + pair.warm().stages());
      lines.add("- " + pair.set() + ", from scratch: " + pair.scratch().stages());
    }
    failed.forEach((set, reason) -> lines.add(set + ": not used: " + reason));
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
