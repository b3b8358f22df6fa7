package io.latentry.pipeline.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.artifact.Manifest.HistoryEntry;
import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.Interval;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.Synthetic;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.learning.LearningCurve;
import io.latentry.pipeline.learning.MonitorPage;
import io.latentry.pipeline.learning.MonitorPipeline;
import io.latentry.pipeline.learning.TrainingWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorTest {
  @TempDir Path folder;

  @Test
  void aSuddenFallThatValidationDoesNotFollowIsNamedWithItsStep() {
    assertThat(TrainingWatch.finding(history(12, 5, true), 10))
        .hasValueSatisfying(
            found ->
                assertThat(found)
                    .startsWith("overfitting to noise: between steps 700 and 800")
                    .contains("fell by 5."));
  }

  @Test
  void aFallThatValidationFollowsAndAnEvenCourseAreNot() {
    assertThat(TrainingWatch.finding(history(12, 5, false), 10)).isEmpty();
    assertThat(TrainingWatch.finding(history(12, 0, true), 10)).isEmpty();
    assertThat(TrainingWatch.finding(history(3, 5, true), 10)).isEmpty();
  }

  @Test
  void theGainIsTheMeanOfPairedDifferencesWithItsInterval() {
    Interval gain = MonitorPipeline.gain(new double[] {5, 6, 7, 8}, new double[] {4, 4, 6, 6});
    assertThat(gain.estimate()).isEqualTo(1.5);
    // Differences 1, 2, 1, 2: standard deviation 0.5774, over the root of 4.
    assertThat(gain.high() - gain.estimate()).isCloseTo(1.96 * 0.5774 / 2, within(1e-3));
  }

  @Test
  void fewRowsOfManyTiesWantMoreAndManyRowsDoNot() throws IOException {
    LearningCurve few = learn(200);
    assertThat(few.points())
        .extracting(LearningCurve.Point::share)
        .containsExactly(0.25, 0.5, 0.75, 1.0);
    assertThat(few.moreRowsHelp()).as(few.verdict()).isTrue();
    LearningCurve many = learn(3_000);
    assertThat(many.gain().estimate())
        .as(many.verdict() + "; " + few.verdict())
        .isLessThan(few.gain().estimate() / 2);
    Path page = folder.resolve("training.html");
    MonitorPage.write(few, "d.csv", page);
    assertThat(page).content().contains("more rows would help").contains("Did it learn noise?");
  }

  @Test
  void tooFewRowsAreRefused() {
    assertThatThrownBy(() -> learn(60))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected: at least 80");
  }

  private LearningCurve learn(int rows) throws IOException {
    Path data = Synthetic.write(folder.resolve("d.csv"), tied(rows));
    FitConfig quick = Fits.quick(Fits.data(null, null, List.of(), null));
    return new MonitorPipeline(Progress.QUIET)
        .learn(
            List.of(data.toString()),
            Fits.noInput(),
            quick
                .withModel(quick.model().toBuilder().hidden(List.of(32)).latent(6).build())
                .withTraining(quick.training().toBuilder().steps(300).build()));
  }

  /** Sixteen columns that follow from six hidden factors, but for noise of 0.2. */
  private static List<String> tied(int rows) {
    Random mixing = new Random(2);
    double[][] mix = new double[16][6];
    for (double[] column : mix) {
      Arrays.setAll(column, k -> mixing.nextGaussian());
    }
    Random random = new Random(3);
    List<String> lines = new ArrayList<>();
    lines.add(IntStream.range(0, 16).mapToObj(j -> "c" + j).collect(Collectors.joining(",")));
    for (int i = 0; i < rows; i++) {
      double[] factors = random.doubles(6, -2, 2).toArray();
      lines.add(
          Arrays.stream(mix)
              .map(
                  column ->
                      String.format(
                          Locale.ROOT,
                          "%.4f",
                          IntStream.range(0, 6).mapToDouble(k -> column[k] * factors[k]).sum()
                              + 0.2 * random.nextGaussian()))
              .collect(Collectors.joining(",")));
    }
    return lines;
  }

  /** Falls by 0.1 an evaluation, and once by {@code fall} more, in validation too or not. */
  private static List<HistoryEntry> history(int evaluations, double fall, boolean alone) {
    List<HistoryEntry> history = new ArrayList<>();
    IntStream.range(0, evaluations)
        .forEach(
            i -> {
              double even = 30 - 0.1 * i;
              double training = i >= 8 ? even - fall : even;
              history.add(
                  new HistoryEntry(
                      "final", 100 * i, 1e-3, 0.1, training, 0, alone ? even : training, 0));
            });
    return history;
  }
}
