package io.latentry.pipeline.score;

import io.latentry.core.series.SeriesEvent;
import io.latentry.core.series.SeriesKeys;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.TableSink;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Joins the anomalies of each key into events, and writes one a row as they end. */
final class EventWriter {
  /** Channels that an event names. */
  static final int CHANNELS = 3;

  private final SeriesSettings settings;
  private final TableSink out;
  private final Map<String, SeriesEvent> open = new LinkedHashMap<>();
  private long written;

  EventWriter(SeriesSettings settings, TableSink out) {
    this.settings = settings;
    this.out = out;
  }

  static List<OutputColumn> columns() {
    return List.of(
        OutputColumn.text("key"),
        OutputColumn.text("from"),
        OutputColumn.text("to"),
        OutputColumn.integer("anomalies"),
        OutputColumn.integer("first_row"),
        OutputColumn.integer("last_row"),
        OutputColumn.number("peak_score"),
        OutputColumn.integer("peak_row"),
        OutputColumn.text("channels"));
  }

  /** The next point of a key. */
  void add(
      String key, double time, long row, Verdict verdict, double score, List<Feature> leading) {
    SeriesEvent event = open.get(key);
    if (verdict == Verdict.ANOMALY) {
      List<String> channels = leading.stream().map(Feature::name).toList();
      open.put(
          key,
          event == null
              ? SeriesEvent.of(key, time, row, score, channels)
              : event.with(time, row, score, channels));
    } else if (verdict == Verdict.NORMAL && event != null) {
      open.remove(key);
      write(event);
    }
  }

  /** Writes those that the data end in; the number of all. */
  long finish() {
    open.values().forEach(this::write);
    open.clear();
    return written;
  }

  private void write(SeriesEvent event) {
    out.text(SeriesKeys.words(event.key()))
        .text(settings.clock().words(event.from()))
        .text(settings.clock().words(event.to()))
        .integer(event.points())
        .integer(event.firstRow())
        .integer(event.lastRow())
        .number((float) event.peak())
        .integer(event.peakRow())
        .text(String.join(", ", event.channels()));
    out.endRow();
    written++;
  }
}
