package io.latentry.core.series;

import io.latentry.core.verdict.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Joins the anomalies of each key into events, as its points come: those that follow one another,
 * and those that few normal points part. Not thread-safe.
 */
public final class SeriesEvents {
  /** An event that more may join, and how many normal points came since its last anomaly. */
  private record Open(SeriesEvent event, int normals) {}

  private final Map<String, Open> open = new LinkedHashMap<>();
  private final int between;
  private final Consumer<SeriesEvent> ended;

  /**
   * @param ended takes each event once nothing more joins it
   */
  public SeriesEvents(Consumer<SeriesEvent> ended) {
    this(0, ended);
  }

  /**
   * @param between normal points of a key that may lie between two anomalies of one event
   * @param ended takes each event once nothing more joins it
   */
  public SeriesEvents(int between, Consumer<SeriesEvent> ended) {
    if (between < 0) {
      throw new IllegalArgumentException("join: " + between + " (expected: 0 or more points)");
    }
    this.between = between;
    this.ended = ended;
  }

  /**
   * The next point of a key.
   *
   * @param leading channels of an anomaly, those that contribute most first
   */
  public void add(
      String key, double time, long row, Verdict verdict, double score, List<String> leading) {
    Open before = open.get(key);
    if (verdict == Verdict.ANOMALY) {
      SeriesEvent event =
          before == null
              ? SeriesEvent.of(key, time, row, score, leading)
              : before.event().with(time, row, score, leading);
      open.put(key, new Open(event, 0));
    } else if (verdict == Verdict.NORMAL && before != null) {
      if (before.normals() < between) {
        open.put(key, new Open(before.event(), before.normals() + 1));
      } else {
        open.remove(key);
        ended.accept(before.event());
      }
    }
  }

  /** Ends those that the data end in. */
  public void finish() {
    open.values().forEach(last -> ended.accept(last.event()));
    open.clear();
  }
}
