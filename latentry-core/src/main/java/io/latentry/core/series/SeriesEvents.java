package io.latentry.core.series;

import io.latentry.core.verdict.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Joins the anomalies of each key into events, as its points come. Not thread-safe. */
public final class SeriesEvents {
  private final Map<String, SeriesEvent> open = new LinkedHashMap<>();
  private final Consumer<SeriesEvent> ended;

  /**
   * @param ended takes each event once nothing more joins it
   */
  public SeriesEvents(Consumer<SeriesEvent> ended) {
    this.ended = ended;
  }

  /**
   * The next point of a key.
   *
   * @param leading channels of an anomaly, those that contribute most first
   */
  public void add(
      String key, double time, long row, Verdict verdict, double score, List<String> leading) {
    SeriesEvent event = open.get(key);
    if (verdict == Verdict.ANOMALY) {
      open.put(
          key,
          event == null
              ? SeriesEvent.of(key, time, row, score, leading)
              : event.with(time, row, score, leading));
    } else if (verdict == Verdict.NORMAL && event != null) {
      open.remove(key);
      ended.accept(event);
    }
  }

  /** Ends those that the data end in. */
  public void finish() {
    open.values().forEach(ended);
    open.clear();
  }
}
