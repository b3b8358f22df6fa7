package io.latentry.pipeline.score;

import io.latentry.core.series.SeriesEvent;
import io.latentry.core.series.SeriesEvents;
import io.latentry.core.series.SeriesKeys;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.TableSink;
import java.util.List;

/** Joins the anomalies of each key into events, and writes one a row as they end. */
final class EventWriter {
  /** Channels that an event names. */
  static final int CHANNELS = 3;

  private final SeriesSettings settings;
  private final TableSink out;
  private final SeriesEvents events;
  private long written;

  /**
   * @param join normal points that may lie between two anomalies of one event
   */
  EventWriter(SeriesSettings settings, int join, TableSink out) {
    this.settings = settings;
    this.events = new SeriesEvents(join, this::write);
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
    List<String> channels =
        verdict == Verdict.ANOMALY ? leading.stream().map(Feature::name).toList() : List.of();
    events.add(key, time, row, verdict, score, channels);
  }

  /** Writes those that the data end in; the number of all. */
  long finish() {
    events.finish();
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
