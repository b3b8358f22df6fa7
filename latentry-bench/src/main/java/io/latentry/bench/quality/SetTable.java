package io.latentry.bench.quality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The table by set, of texts, as every kind of page shows it: AUROC/AUPRC of each method measured
 * here and of the best of the published ones, and the seconds of our detector.
 *
 * @param header names of columns
 * @param rows one for each set
 */
record SetTable(List<String> header, List<List<String>> rows) {
  static SetTable of(Standings standings) {
    List<String> measured = measured(standings);
    boolean hasPublished =
        standings.results().stream().anyMatch(f -> !measured.contains(f.method()));
    List<String> header = new ArrayList<>(List.of("set"));
    header.addAll(measured);
    if (hasPublished) {
      header.add("best published");
    }
    header.add("fit s");
    header.add("score s");
    List<List<String>> rows = new ArrayList<>();
    for (String set : standings.sets()) {
      List<String> row = new ArrayList<>(List.of(set));
      for (String method : measured) {
        row.add(find(standings, set, method).map(SetTable::areas).orElse(""));
      }
      if (hasPublished) {
        row.add(
            standings.results().stream()
                .filter(f -> f.set().equals(set) && !measured.contains(f.method()))
                .max(Comparator.comparingDouble(Standings.Figures::auroc))
                .map(f -> f.method() + " " + areas(f))
                .orElse(""));
      }
      Optional<Standings.Figures> own = find(standings, set, Contest.MODEL);
      row.add(own.map(f -> MarkdownPage.number(f.fitSeconds())).orElse(""));
      row.add(own.map(f -> MarkdownPage.number(f.scoreSeconds())).orElse(""));
      rows.add(row);
    }
    return new SetTable(header, rows);
  }

  static Optional<Standings.Figures> find(Standings standings, String set, String method) {
    return standings.results().stream()
        .filter(f -> f.set().equals(set) && f.method().equals(method))
        .findFirst();
  }

  /** Our detector, then the methods that this benchmark ran itself. */
  private static List<String> measured(Standings standings) {
    List<String> methods = new ArrayList<>(List.of(Contest.MODEL));
    methods.addAll(PlainMethods.names());
    methods.removeIf(
        method -> standings.means().stream().noneMatch(m -> m.method().equals(method)));
    return methods;
  }

  private static String areas(Standings.Figures figures) {
    return String.format(Locale.ROOT, "%.1f/%.1f", figures.auroc(), figures.auprc());
  }
}
