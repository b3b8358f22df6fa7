package io.latentry.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How records are read and judged, whichever the model.
 *
 * @param format of the values of records
 * @param time the field that has the time of a point of a series; empty: named as the model's time
 *     column
 * @param keys the fields that say whose point it is; empty: named as the model's key columns
 * @param keep fields that verdicts carry over
 * @param explain features that a verdict names
 * @param mostRecords judged at once: an engine's call costs as much for 1 as for a few
 * @param mostWait of a record for others that are judged with it
 * @param mostBytes of key and value; a record with more is unreadable, and what is written of it
 *     has room in what brokers take by default
 */
public record JudgeOptions(
    RecordFormat format,
    Optional<String> time,
    List<String> keys,
    List<String> keep,
    int explain,
    int mostRecords,
    Duration mostWait,
    int mostBytes) {
  /** Records of JSON, by the names of the model, without explanation. */
  public static final JudgeOptions DEFAULT =
      new JudgeOptions(
          RecordFormat.json(),
          Optional.empty(),
          List.of(),
          List.of(),
          0,
          64,
          Duration.ofMillis(10),
          900_000);

  public JudgeOptions {
    keys = List.copyOf(keys);
    keep = List.copyOf(keep);
    if (explain < 0) {
      throw new IllegalArgumentException("explain: " + explain + " (expected: 0 or more)");
    }
    if (mostRecords < 1) {
      throw new IllegalArgumentException("mostRecords: " + mostRecords + " (expected: 1 or more)");
    }
    if (mostWait.toMillis() < 1) {
      throw new IllegalArgumentException("mostWait: " + mostWait + " (expected: 1 ms or more)");
    }
    if (mostBytes < 1) {
      throw new IllegalArgumentException("mostBytes: " + mostBytes + " (expected: 1 or more)");
    }
  }

  public JudgeOptions withFormat(RecordFormat other) {
    return new JudgeOptions(other, time, keys, keep, explain, mostRecords, mostWait, mostBytes);
  }

  /** Of series, where a record has other names than the model. */
  public JudgeOptions withSeries(Optional<String> timeField, List<String> keyFields) {
    return new JudgeOptions(
        format, timeField, keyFields, keep, explain, mostRecords, mostWait, mostBytes);
  }

  public JudgeOptions withKeep(List<String> fields) {
    return new JudgeOptions(format, time, keys, fields, explain, mostRecords, mostWait, mostBytes);
  }

  public JudgeOptions withExplain(int features) {
    return new JudgeOptions(format, time, keys, keep, features, mostRecords, mostWait, mostBytes);
  }

  public JudgeOptions withBatch(int records, Duration wait) {
    return new JudgeOptions(format, time, keys, keep, explain, records, wait, mostBytes);
  }

  public JudgeOptions withMostBytes(int bytes) {
    return new JudgeOptions(format, time, keys, keep, explain, mostRecords, mostWait, bytes);
  }
}
