package io.latentry.pipeline.score;

import io.latentry.core.data.NovelValues;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Counts verdicts, and why rows got them. */
public final class VerdictTally {
  /** Memory must not grow with the rows, whatever is wrong with each of them. */
  private static final int MOST_KINDS = 1_000;

  private static final Pattern PLACE = Pattern.compile("^(?:.* )?(?:line|row) [0-9]+:? ");
  private static final Pattern VALUE = Pattern.compile(": '.*'(?= \\(expected|$)", Pattern.DOTALL);

  /** Reasons of points, which tell a place or a time each. */
  private static final List<String> SERIES = List.of("warming up", "out of order");

  private final Map<String, Long> reasons = new TreeMap<>();
  private final Map<String, Long> novelties = new TreeMap<>();
  private long rows;
  private long normal;
  private long anomalies;
  private long unscorable;

  public void add(Judgements judgements) {
    rows += judgements.count();
    normal += judgements.count(Verdict.NORMAL);
    anomalies += judgements.count(Verdict.ANOMALY);
    unscorable += judgements.count(Verdict.UNSCORABLE);
    for (int i = 0; i < judgements.count(); i++) {
      if (judgements.verdict(i) == Verdict.UNSCORABLE) {
        String kind = kind(judgements.reason(i));
        boolean told = reasons.containsKey(kind) || reasons.size() < MOST_KINDS;
        reasons.merge(told ? kind : "another reason", 1L, Long::sum);
      }
      NovelValues novel = judgements.scores().novelties(i);
      if (novel != null) {
        novel.features().forEach(column -> novelties.merge(column, 1L, Long::sum));
      }
    }
  }

  /** The part of a reason that many rows share: without the row's place and value. */
  private static String kind(String reason) {
    for (String series : SERIES) {
      if (reason.startsWith(series)) {
        return series;
      }
    }
    String placeless = PLACE.matcher(reason).replaceFirst("");
    return VALUE.matcher(placeless).replaceFirst("");
  }

  /** What was counted so far. */
  public ScoreOutcome outcome() {
    return new ScoreOutcome(rows, normal, anomalies, unscorable, reasons, novelties);
  }
}
