package io.latentry.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TableThresholdTest {
  private static final int ROWS = 200;

  @TempDir private Path folder;

  private double bound(String name, Function<SplittableRandom, String> line) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    List<String> lines = new ArrayList<>(List.of("a,b"));
    for (int i = 0; i < ROWS; i++) {
      lines.add(line.apply(random));
    }
    Path file = Files.write(folder.resolve(name), lines);
    TrainingData data =
        TrainingData.read(
            List.of(file.toString()),
            StandardInput.streamed(InputStream.nullInputStream()),
            DataConfig.DEFAULT,
            Progress.QUIET);
    double[] scores = IntStream.range(0, ROWS).asDoubleStream().toArray();
    ThresholdFit fit =
        data.threshold(
            CalibrationConfig.DEFAULT, IntStream.range(0, ROWS).toArray(), scores, "model");
    return fit.threshold().falseAlarmRateUpperBound();
  }

  @Test
  void theBoundOfFewKindsOfRowsAllowsForOneThatNoRowIs() throws IOException {
    double continuous =
        bound("gauss.csv", random -> random.nextGaussian() + "," + random.nextGaussian());
    double numbers = bound("dice.csv", random -> random.nextInt(1, 7) + "," + random.nextInt(1, 7));
    double words =
        bound(
            "words.csv",
            random ->
                "abcdef".charAt(random.nextInt(6)) + "," + "uvwxyz".charAt(random.nextInt(6)));

    assertThat(continuous).isLessThan(1 / 36.0);
    assertThat(numbers).isGreaterThan(1 / 36.0);
    assertThat(words).isEqualTo(numbers);
  }
}
