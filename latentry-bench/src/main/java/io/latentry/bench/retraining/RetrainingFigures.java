package io.latentry.bench.retraining;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All retrainings of a benchmark.
 *
 * @param failed sets that could not be used, with the reason
 */
public record RetrainingFigures(List<RetrainingTrial> trials, Map<String, String> failed) {
  public RetrainingFigures {
    trials = List.copyOf(trials);
    failed = new TreeMap<>(failed);
  }

  /** Sabotaged retrainings; likewise those of them that were promoted. */
  public List<RetrainingTrial> sabotaged(boolean promotedOnly) {
    return trials.stream().filter(t -> t.sabotage() && (t.promoted() || !promotedOnly)).toList();
  }

  /** Drifts that break the champion's promise; likewise those of them that were promoted. */
  public List<RetrainingTrial> drifts(boolean promotedOnly) {
    return trials.stream().filter(t -> t.matters() && (t.promoted() || !promotedOnly)).toList();
  }

  /** As Markdown. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d sabotaged retrainings, %d promoted. %d drifts that break the promise, %d promoted; %d drifts that do not, %d promoted."
            .formatted(
                sabotaged(false).size(),
                sabotaged(true).size(),
                drifts(false).size(),
                drifts(true).size(),
                trials.stream().filter(t -> !t.sabotage() && !t.matters()).count(),
                trials.stream()
                    .filter(t -> !t.sabotage() && !t.matters() && t.promoted())
                    .count()));
    lines.add("");
    lines.add("| what was done | retrainings | promoted |");
    lines.add("|---|---:|---:|");
    for (Tampering tampering : Tampering.values()) {
      List<RetrainingTrial> own =
          trials.stream().filter(t -> t.tampering().equals(tampering.words())).toList();
      lines.add(
          "| %s | %d | %d |"
              .formatted(
                  tampering.words(),
                  own.size(),
                  own.stream().filter(RetrainingTrial::promoted).count()));
    }
    lines.add("");
    lines.add(
        "| set | what was done | decision | false alarms before | after | found before | after | s |");
    lines.add("|---|---|---|---:|---:|---:|---:|---:|");
    for (RetrainingTrial t : trials) {
      if (t.promoted() || !t.sabotage()) {
        lines.add(
            "| %s | %s | %s | %s | %s | %s | %s | %.1f |"
                .formatted(
                    t.set(),
                    t.tampering(),
                    t.promoted() ? "promote" : "refuse: " + t.reason().replace("|", "/"),
                    percent(t.championAlarms()),
                    percent(t.challengerAlarms()),
                    percent(t.championRecall()),
                    percent(t.challengerRecall()),
                    t.seconds()));
      }
    }
    failed.forEach((set, reason) -> lines.add(set + ": not used: " + reason));
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private static String percent(@Nullable Double share) {
    return share == null ? "" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
