package io.latentry.bench.watch;

import io.latentry.core.evaluation.OrderStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All models that were watched.
 *
 * @param failed sets that could not be used, with the reason
 */
public record WatchFigures(List<WatchTrial> trials, Map<String, String> failed) {
  public WatchFigures {
    trials = List.copyOf(trials);
    failed = new TreeMap<>(failed);
  }

  /** As Markdown. */
  public String text() {
    List<WatchTrial> quiet = trials.stream().filter(WatchTrial::isQuiet).toList();
    List<WatchTrial> kept = quiet.stream().filter(t -> !t.isBrokenPromise()).toList();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d quiet models, %d days each: %d paged, %d times. %d of them keep their promise on fresh rows; of these %d paged, %d times."
            .formatted(
                quiet.size(),
                quiet.stream().mapToInt(WatchTrial::days).max().orElse(0),
                quiet.stream().filter(t -> t.pages() > 0).count(),
                quiet.stream().mapToInt(WatchTrial::pages).sum(),
                kept.size(),
                kept.stream().filter(t -> t.pages() > 0).count(),
                kept.stream().mapToInt(WatchTrial::pages).sum()));
    lines.add("");
    lines.add(
        "| what happened | models | told | median hours | told to go together otherwise | median"
            + " hours | paged | median hours | other columns told | alarms before | after |");
    lines.add("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (PlantedDrift drift : PlantedDrift.values()) {
      List<WatchTrial> own = trials.stream().filter(t -> t.drift().equals(drift.words())).toList();
      if (!own.isEmpty()) {
        lines.add(
            "| %s | %d | %d | %s | %d | %s | %d | %s | %d | %s | %s |"
                .formatted(
                    drift.words(),
                    own.size(),
                    own.stream().filter(t -> t.foundHours() != null).count(),
                    median(own, WatchTrial::foundHours),
                    own.stream().filter(t -> t.togetherHours() != null).count(),
                    median(own, WatchTrial::togetherHours),
                    own.stream().filter(t -> t.pagedHours() != null).count(),
                    median(own, WatchTrial::pagedHours),
                    own.stream().mapToInt(WatchTrial::others).sum(),
                    percent(own.stream().mapToDouble(WatchTrial::alarmsBefore).average().orElse(0)),
                    percent(
                        own.stream().mapToDouble(WatchTrial::alarmsAfter).average().orElse(0))));
      }
    }
    lines.add("");
    for (WatchTrial t : quiet) {
      if (t.pages() > 0) {
        lines.add(
            "%s paged %d times in quiet weeks: %s of fresh normal rows are alarms, promised at most %s"
                .formatted(t.set(), t.pages(), percent(t.alarmsBefore()), percent(t.atMost())));
      }
    }
    failed.forEach((set, reason) -> lines.add(set + ": not used: " + reason));
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private static String median(
      List<WatchTrial> trials, Function<WatchTrial, @Nullable Integer> hours) {
    double[] found =
        trials.stream()
            .map(hours)
            .filter(h -> h != null)
            .mapToDouble(h -> h == null ? 0 : h)
            .sorted()
            .toArray();
    return found.length == 0
        ? ""
        : String.format(Locale.ROOT, "%.0f", OrderStatistics.quantile(found, 0.5));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
