package io.latentry.pipeline.retrain;

import io.latentry.core.promotion.GateConfig;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.config.DataConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which model is to be retrained, on what, and where the results go.
 *
 * @param champion the model in force
 * @param data files, globs or {@code -} for {@code input}
 * @param days the last days to look at; empty for all rows
 * @param time column of the rows' times; empty for the model's own, if it has one
 * @param label column that says what a row is; empty for the model's own, if the data have it
 * @param normal its value on normal rows; given exactly if {@code label} is
 * @param feedback what people said of alarms
 * @param feedbackKey column that feedback and data share; empty for the number of the row
 * @param frozen files of normal rows of old; empty for those that the champion holds
 * @param target the challenger to write
 * @param accepted columns whose change is meant, {@link #GOING_TOGETHER}, {@link #NEW_COLUMNS} and
 *     {@link #NO_DRIFT}
 * @param alarmsPerDay that are wanted at most; empty for what the promise and the strange rows come
 *     to
 * @param sampleRows of a table, the most rows that are looked at, drawn by chance where there are
 *     more, or {@link io.latentry.ingest.table.Sampling#ALL}; empty for what the champion's fit had
 */
public record RetrainRequest(
    Path champion,
    List<String> data,
    StandardInput input,
    Optional<Double> days,
    Optional<String> time,
    Optional<String> label,
    Optional<String> normal,
    Optional<Path> feedback,
    Optional<String> feedbackKey,
    List<String> frozen,
    Path target,
    Set<String> accepted,
    Optional<Double> alarmsPerDay,
    GateConfig gate,
    long seed,
    Optional<Integer> sampleRows) {

  /** Accepted: that columns go together otherwise than they did. */
  public static final String GOING_TOGETHER = "going-together";

  /** Accepted: columns that the champion does not know. They stay out. */
  public static final String NEW_COLUMNS = "new-columns";

  /** Accepted: that the promise may not hold on normals of old, which will not come again. */
  public static final String OLD_NORMALS = "old-normals";

  /** Accepted: that nothing drifted, and the model is retrained nevertheless. */
  public static final String NO_DRIFT = "no-drift";

  public RetrainRequest {
    data = List.copyOf(data);
    frozen = List.copyOf(frozen);
    accepted = Set.copyOf(accepted);
    gate = accepted.contains(OLD_NORMALS) ? gate.withoutOld() : gate;
    sampleRows.ifPresent(DataConfig::requireSampleRows);
    if (days.isPresent() && !(days.get() > 0 && Double.isFinite(days.get()))) {
      throw new IllegalArgumentException(
          "--days: " + days.get() + " (expected: a number of days above 0)");
    }
    if (label.isPresent() != normal.isPresent()) {
      throw new IllegalArgumentException(
          "--label, --normal: one alone (expected: both or neither), such as --label status"
              + " --normal ok");
    }
    if (alarmsPerDay.isPresent() && !(alarmsPerDay.get() >= 0)) {
      throw new IllegalArgumentException(
          "--budget: " + alarmsPerDay.get() + " (expected: alarms a day, 0 or more)");
    }
  }
}
