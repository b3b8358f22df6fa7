package io.latentry.server.retraining;

import io.latentry.server.monitoring.FeedbackReplay;
import io.latentry.server.monitoring.FeedbackReplay.SaidOfRow;
import io.latentry.server.monitoring.Segments;
import io.latentry.server.recording.RowRecorder;
import io.latentry.server.registry.Registry;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What people said of alarms, as the table of feedback that a retraining takes. */
final class SaidOfRows {
  /** With callers that keep the service busy, since a retraining can wait. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private SaidOfRows() {}

  /**
   * Writes it, of whatever version the alarms were.
   *
   * @param data recorded rows; the champion judges those again that were alarms
   * @param since incidents with an alarm from then on
   * @return how many rows it is of; with none there is no file
   */
  static int write(
      Path file,
      ModelHost models,
      Registry registry,
      RowRecorder rows,
      Segments segments,
      ModelVersion champion,
      Path data,
      Instant since)
      throws IOException {
    FeedbackReplay replay =
        FeedbackReplay.of(models, registry.incidents(), rows, segments, champion.name(), since);
    if (!replay.isTold()) {
      return 0;
    }
    Map<Long, SaidOfRow> said;
    try (ModelLease lease = models.lend(champion.name(), OptionalInt.of(champion.version()))) {
      said = replay.saidOf(lease, data, PATIENCE);
    }
    if (!said.isEmpty()) {
      List<String> lines = new ArrayList<>(List.of("row,feedback"));
      said.forEach((row, of) -> lines.add(row + "," + of.word().word()));
      Path unused = Files.write(file, lines);
    }
    return said.size();
  }
}
