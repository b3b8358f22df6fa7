package io.latentry.bench.image;

import io.latentry.core.evaluation.Interval;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What was measured, set by set. */
public record ImageStandings(List<Result> results, List<Failure> failed) {

  public ImageStandings {
    results = List.copyOf(results);
    failed = List.copyOf(failed);
  }

  /**
   * One method on one set.
   *
   * @param unscorable test images that could not be read; they count nowhere
   * @param seconds of learning and scoring; of rivals without looking through the network, which
   *     they share
   */
  public record Result(
      String set,
      int seed,
      String method,
      int training,
      int normals,
      int anomalies,
      int unscorable,
      Interval auroc,
      double auprc,
      double seconds) {}

  /** What could not be measured, and why. */
  public record Failure(String what, String reason) {}

  /** As Markdown. */
  public String text() {
    Set<String> methods = new LinkedHashSet<>();
    Set<String> sets = new LinkedHashSet<>();
    results.forEach(
        result -> {
          methods.add(result.method());
          sets.add(result.set());
        });
    List<String> lines = new ArrayList<>();
    lines.add(
        "AUROC of images with its 95 % interval (of the test images; the mean over seeds of each"
            + " end).");
    lines.add("");
    lines.add("| set | train | test, strange | seeds | " + String.join(" | ", methods) + " |");
    lines.add("|---|---|---|---|" + "---|".repeat(methods.size()));
    for (String set : sets) {
      Result first = results.stream().filter(r -> r.set().equals(set)).findFirst().orElseThrow();
      StringBuilder line = new StringBuilder();
      line.append(
          "| %s | %,d | %,d, %,d | %d |"
              .formatted(
                  set,
                  first.training(),
                  first.normals() + first.anomalies(),
                  first.anomalies(),
                  of(set, first.method()).size()));
      for (String method : methods) {
        List<Result> own = of(set, method);
        line.append(own.isEmpty() ? " - |" : " " + area(own) + " |");
      }
      lines.add(line.toString());
    }
    if (sets.size() > 1) {
      StringBuilder line = new StringBuilder("| mean | | | |");
      for (String method : methods) {
        double mean =
            sets.stream()
                .flatMap(set -> of(set, method).stream())
                .mapToDouble(result -> result.auroc().estimate())
                .average()
                .orElse(Double.NaN);
        line.append(String.format(Locale.ROOT, " %.3f |", mean));
      }
      lines.add(line.toString());
    }
    lines.add("");
    lines.add(
        "Seconds to learn and to score, of rivals without the network, which sees once for all:");
    lines.add("");
    lines.add("| set | " + String.join(" | ", methods) + " |");
    lines.add("|---|" + "---|".repeat(methods.size()));
    for (String set : sets) {
      StringBuilder line = new StringBuilder("| " + set + " |");
      for (String method : methods) {
        line.append(
            String.format(
                Locale.ROOT,
                " %.1f |",
                of(set, method).stream()
                    .mapToDouble(Result::seconds)
                    .average()
                    .orElse(Double.NaN)));
      }
      lines.add(line.toString());
    }
    failed.forEach(
        failure -> lines.add("\nNot measured: " + failure.what() + ": " + failure.reason()));
    return String.join("\n", lines) + "\n";
  }

  private List<Result> of(String set, String method) {
    return results.stream()
        .filter(result -> result.set().equals(set) && result.method().equals(method))
        .toList();
  }

  private static String area(List<Result> own) {
    double estimate = own.stream().mapToDouble(r -> r.auroc().estimate()).average().orElse(0);
    double low = own.stream().mapToDouble(r -> r.auroc().low()).average().orElse(0);
    double high = own.stream().mapToDouble(r -> r.auroc().high()).average().orElse(0);
    return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", estimate, low, high);
  }
}
