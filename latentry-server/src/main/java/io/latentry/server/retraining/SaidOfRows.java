package io.latentry.server.retraining;

import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.server.monitoring.FeedbackReplay;
import io.latentry.server.recording.RowRecorder;
import io.latentry.server.registry.Incidents;
import io.latentry.server.registry.Incidents.SaidOfAlarm;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.StoredIncident;
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
import java.util.Locale;
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
      ModelVersion champion,
      Path data,
      Instant since)
      throws IOException {
    Incidents incidents = registry.incidents();
    List<StoredIncident> said = new ArrayList<>();
    List<SaidOfAlarm> saidOfAlarms = new ArrayList<>();
    for (ModelVersion version : models.versions(champion.name())) {
      incidents.of(champion.name(), version.version(), since).stream()
          .filter(incident -> incident.feedback().isPresent())
          .forEach(said::add);
      saidOfAlarms.addAll(incidents.saidOfAlarms(champion.name(), version.version(), since));
    }
    if (said.isEmpty() && saidOfAlarms.isEmpty()) {
      return 0;
    }
    Map<Long, FeedbackWord> words;
    try (ModelLease lease = models.lend(champion.name(), OptionalInt.of(champion.version()))) {
      words = new FeedbackReplay(rows, said, saidOfAlarms).words(lease, data, PATIENCE);
    }
    if (!words.isEmpty()) {
      List<String> lines = new ArrayList<>(List.of("row,feedback"));
      words.forEach((row, word) -> lines.add(row + "," + word.name().toLowerCase(Locale.ROOT)));
      Path unused = Files.write(file, lines);
    }
    return words.size();
  }
}
