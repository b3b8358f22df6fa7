package io.latentry.ingest.series;

import io.latentry.core.data.DataException;
import io.latentry.core.series.SeriesClock;
import io.latentry.core.series.SeriesKeys;
import io.latentry.core.series.SeriesSettings;
import io.latentry.ingest.read.Cells;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.RecordCursor;
import io.latentry.ingest.read.SourceFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Time and key of every row of a source, read in a pass of its own: 12 bytes a row. By it a file is
 * judged as it stands if each key is in order of time, and sorted first if not.
 */
public final class PointIndex {
  private static final int PROGRESS_ROWS = 1 << 16;

  private final List<String> keys;
  private int[] keyOf = new int[1024];
  private double[] times = new double[1024];
  private String[] labels;
  private int count;
  private boolean inOrder = true;
  private final Map<Integer, String> faults = new HashMap<>();

  private PointIndex(boolean labelled) {
    this.keys = new ArrayList<>();
    this.labels = new String[labelled ? 1024 : 0];
  }

  /**
   * Reads time and keys of every row.
   *
   * @param label a column to read beside them
   * @throws DataException if a column is lacking
   */
  public static PointIndex read(
      DataSource source, SeriesSettings settings, Optional<String> label, ReadListener listener) {
    PointIndex index = new PointIndex(label.isPresent());
    List<String> wanted = new ArrayList<>(List.of(settings.time()));
    wanted.addAll(settings.keys());
    label.ifPresent(wanted::add);
    Map<String, Integer> known = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    List<Double> last = new ArrayList<>();
    long bytesBefore = 0;
    for (SourceFile file : source.files()) {
      try (RecordCursor cursor = file.open(Optional.of(wanted))) {
        int[] columns = new int[wanted.size()];
        for (int j = 0; j < columns.length; j++) {
          columns[j] = cursor.columns().indexOf(wanted.get(j));
          if (columns[j] < 0) {
            throw new DataException(
                file.name()
                    + ": no column '"
                    + wanted.get(j)
                    + "' (expected: the "
                    + (j == 0 ? "time" : j <= settings.keys().size() ? "key" : "label")
                    + " of the model's series); rename the column, or fit anew");
          }
        }
        while (cursor.next()) {
          index.add(cursor, columns, settings, known, texts, last);
          if (index.count % PROGRESS_ROWS == 0) {
            listener.progress(index.count, bytesBefore + cursor.bytesRead(), source.totalBytes());
          }
        }
      } catch (IOException failed) {
        throw file.unreadable(failed);
      }
      bytesBefore += Math.max(file.size(), 0);
    }
    return index;
  }

  private void add(
      RecordCursor cursor,
      int[] columns,
      SeriesSettings settings,
      Map<String, Integer> known,
      Map<String, String> texts,
      List<Double> last) {
    if (count == times.length) {
      int room = count + count / 2;
      times = Arrays.copyOf(times, room);
      keyOf = Arrays.copyOf(keyOf, room);
      labels = labels.length == 0 ? labels : Arrays.copyOf(labels, room);
    }
    boolean readable = cursor.fault() == null;
    List<String[]> parts = new ArrayList<>();
    for (int j = 1; j <= settings.keys().size(); j++) {
      parts.add(
          new String[] {readable && !cursor.isMissing(columns[j]) ? cursor.text(columns[j]) : ""});
    }
    String key = parts.isEmpty() ? "" : SeriesKeys.of(parts, 0);
    boolean keyed = true;
    for (int j = 1; j <= settings.keys().size() && keyed; j++) {
      if (readable && cursor.isMissing(columns[j])) {
        // Whose point it is nobody knows: it must not become one of a series of strays.
        faults.put(count, "missing key: column '" + settings.keys().get(j - 1) + "'");
        keyed = false;
      }
    }
    int place = known.computeIfAbsent(key, k -> known.size());
    if (place == keys.size()) {
      keys.add(key);
      last.add(Double.NEGATIVE_INFINITY);
    }
    double time = readable && keyed ? time(cursor, columns[0], settings.clock()) : Double.NaN;
    if (readable && keyed && Double.isNaN(time) && !cursor.isMissing(columns[0])) {
      faults.put(
          count, "not a time: column '" + settings.time() + "', '" + cursor.text(columns[0]) + "'");
    }
    if (time < last.get(place)) {
      inOrder = false;
    } else if (!Double.isNaN(time)) {
      last.set(place, time);
    }
    keyOf[count] = place;
    times[count] = time;
    if (labels.length > 0) {
      int column = columns[columns.length - 1];
      String label = readable && !cursor.isMissing(column) ? cursor.text(column) : "";
      labels[count] = texts.computeIfAbsent(label, text -> text);
    }
    count++;
  }

  /** A written moment, or a number of what the clock counts; NaN if it is neither. */
  private static double time(Cells cursor, int column, SeriesClock clock) {
    if (cursor.isMissing(column)) {
      return Double.NaN;
    }
    double millis = cursor.epochMillis(column);
    if (!Double.isNaN(millis)) {
      return clock.tellsTime() ? millis / clock.milliseconds() : Double.NaN;
    }
    double number = cursor.number(column);
    return clock == SeriesClock.INSTANT || !Double.isFinite(number) ? Double.NaN : number;
  }

  /** Rows. */
  public int count() {
    return count;
  }

  /** Whether the rows of each key are in order of time as they stand. */
  public boolean isInOrder() {
    return inOrder;
  }

  public String key(int row) {
    return keys.get(keyOf[row]);
  }

  /** As the model's clock counts; NaN where it cannot be read. */
  public double time(int row) {
    return times[row];
  }

  /** Why nobody knows whose point it is, or when it was; null where it is known or missing. */
  public @Nullable String fault(int row) {
    return faults.get(row);
  }

  /** Empty where it is missing, or was not asked for. */
  public String label(int row) {
    return labels.length == 0 ? "" : labels[row];
  }

  /** The rows key by key, in order of time; those of one time as they stand. */
  public int[] sorted() {
    Comparator<Integer> byKey = Comparator.comparingInt(row -> keyOf[row]);
    return IntStream.range(0, count)
        .boxed()
        .sorted(byKey.thenComparingDouble(row -> Double.isNaN(times[row]) ? 0 : times[row]))
        .mapToInt(row -> row)
        .toArray();
  }
}
