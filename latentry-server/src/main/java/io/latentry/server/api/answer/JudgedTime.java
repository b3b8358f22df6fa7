package io.latentry.server.api.answer;

import io.latentry.core.series.SeriesSettings;
import io.latentry.scoring.SeriesScorer.PointJudgements;

/** When the point was that an answer is about, where verdicts wait for later points. */
final class JudgedTime {
  /** As answers call it. */
  static final String NAME = "judged_time";

  private JudgedTime() {}

  /** As the model's clock writes it; empty if the point waits, or has no time. */
  static String words(SeriesSettings settings, PointJudgements judged, int i) {
    double time = judged.about()[i];
    return Double.isNaN(time) ? "" : settings.clock().words(time);
  }
}
