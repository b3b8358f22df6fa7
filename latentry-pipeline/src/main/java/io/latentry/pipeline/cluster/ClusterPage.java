package io.latentry.pipeline.cluster;

import io.latentry.pipeline.report.Figures;
import io.latentry.pipeline.report.ToolPage;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Groups of anomalies as a page to look at. */
public final class ClusterPage {
  private ClusterPage() {}

  /** Writes the page; on failure {@code target} is left as it was. */
  public static void write(ClusterOutcome outcome, String source, Path target) {
    ToolPage page =
        new ToolPage(
            "Anomalies of " + source,
            "Groups of anomalies",
            "%s anomalies in %s rows fall into %s; %s are in none."
                .formatted(
                    Figures.count(outcome.anomalies()),
                    Figures.count(outcome.rows()),
                    outcome.groups().size() == 1
                        ? "one group"
                        : Figures.count(outcome.groups().size()) + " groups",
                    Figures.count(outcome.noise())));
    page.section("groups", "Groups")
        .paragraph(
            "A group is named by the columns that make its rows strange. The bar is its number of rows.")
        .bars(
            "Groups, the largest first",
            List.of("Group", "Rows", "#Mean score", "Typical rows"),
            outcome.groups().stream().map(g -> (double) g.size()).toList(),
            outcome.groups().stream()
                .map(
                    g ->
                        List.of(
                            g.number() + ": " + g.name(),
                            Figures.of(g.meanScore()),
                            g.representatives().stream()
                                .map(Figures::count)
                                .collect(Collectors.joining("; "))))
                .toList());
    for (AnomalyGroup group : outcome.groups()) {
      page.section("group-" + group.number(), "Group " + group.number() + ": " + group.name())
          .bars(
              "Columns that lead group " + group.number(),
              List.of("Column", "Share of the contributions", "Direction"),
              group.leading().stream().map(AnomalyGroup.Leading::share).toList(),
              group.leading().stream().map(l -> List.of(l.column(), l.direction())).toList());
    }
    page.write(target);
  }
}
