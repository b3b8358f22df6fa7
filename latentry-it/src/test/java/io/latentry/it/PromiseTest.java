package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.verdict.Verdict;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The false-alarm rate that a fit promises holds on fresh normal rows, over seeds. */
final class PromiseTest {
  private static final double RATE = 0.05;
  private static final int SEEDS = 20;
  private static final int FRESH = 1_000;

  @TempDir private Path folder;

  @Test
  void heldOutCalibrationKeepsItsPromise() throws IOException {
    // 750 calibration rows: over seeds the rate scatters by sqrt(p (1 - p) (1/750 + 1/1000)).
    assertThat(observed(3_000)).isBetween(RATE - bound(750), RATE + bound(750));
  }

  @Test
  void crossValidatedCalibrationKeepsItsPromise() throws IOException {
    // The final model sees more rows than any fold's, so it errs on the quiet side: no lower bound.
    assertThat(observed(300)).isLessThan(RATE + bound(300));
  }

  /** Four standard errors of the mean over seeds. */
  private static double bound(int calibrationRows) {
    double variance = RATE * (1 - RATE) * (1.0 / calibrationRows + 1.0 / FRESH);
    return 4 * Math.sqrt(variance / SEEDS);
  }

  private double observed(int rows) throws IOException {
    long alarms = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Path train =
          Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(rows, 0, 1_000 + seed));
      Path fresh =
          Synthetic.write(folder.resolve("fresh.csv"), Synthetic.lines(FRESH, 0, 2_000 + seed));
      Path model = folder.resolve("model.onnx");
      FitConfig config =
          Line.quick(Line.LABELLED)
              .withCalibration(CalibrationConfig.DEFAULT.withFalseAlarmRate(RATE))
              .withSeed(seed);
      Line.fit(train, config, model);
      try (Scorer scorer = Scorer.open(model)) {
        Judgements judged = scorer.judge(Line.read(fresh, scorer.manifest().schema()));
        assertThat(judged.count(Verdict.UNSCORABLE)).isZero();
        alarms += judged.count(Verdict.ANOMALY);
      }
    }
    return (double) alarms / (SEEDS * FRESH);
  }
}
