package io.latentry.pipeline.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.promotion.Check;
import io.latentry.core.promotion.GateConfig;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.pipeline.sample.SampleData;
import io.latentry.scoring.ScorerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bundled temperature of a machine, as its change from point to point, whose neighbours hardly
 * go together. One champion serves all tests.
 */
final class SeriesRetrainTest {
  private static final int WINDOW = 16;

  @TempDir private static Path shared;

  private static List<String> times;
  private static double[] changes;
  private static Path champion;

  @TempDir private Path folder;

  @BeforeAll
  static void fitOnce() throws IOException {
    times = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(SampleData.MACHINE_TEMPERATURE.open(), StandardCharsets.UTF_8))) {
      String line = reader.readLine();
      for (line = reader.readLine(); line != null; line = reader.readLine()) {
        times.add(line.split(",", -1)[0]);
        values.add(Double.parseDouble(line.split(",", -1)[1]));
      }
    }
    changes = new double[values.size()];
    for (int i = 1; i < changes.length; i++) {
      changes[i] = values.get(i) - values.get(i - 1);
    }
    champion = shared.resolve("champion.onnx");
    FitConfig quick =
        Fits.quick(
            DataConfig.builder()
                .time("timestamp")
                .series(SeriesConfig.DEFAULT.withWindow(WINDOW))
                .build());
    Fits.fit(written(shared.resolve("learned.csv"), 5_000, 9_000, 0, Set.of()), quick, champion);
  }

  /**
   * @param strange points that a failing sensor lifted by far
   */
  private static Path written(Path file, int from, int to, double moved, Set<Integer> strange)
      throws IOException {
    List<String> lines = new ArrayList<>(List.of("timestamp,value"));
    for (int i = from; i < to; i++) {
      double value = changes[i] + moved + (strange.contains(i) ? 40 : 0);
      lines.add(times.get(i) + "," + value);
    }
    return Files.write(file, lines);
  }

  @Test
  void aSeriesThatMovedIsLearnedAndItsAlarmsBecomeFewer() throws IOException {
    Path recent = written(folder.resolve("recent.csv"), 9_000, 14_000, 1.2, Set.of());
    RetrainOutcome outcome = retrain(recent, List.of(), Set.of());
    assertThat(outcome.promotes()).as(words(outcome)).isTrue();
    Check volume = named(outcome, "alarm_volume");
    assertThat(volume.figures().get("challenger")).isLessThan(volume.figures().get("champion"));
    assertThat(ArtifactFile.manifest(folder.resolve("challenger.onnx")).series().window())
        .isEqualTo(WINDOW);
    assertThat(named(outcome, "validation_loss").outcome()).isEqualTo(Check.Outcome.NOT_ASKED);
    assertThat(named(outcome, "promise_frozen").words()).contains("--frozen");
  }

  /** What is strange is left out, and every window that holds it. */
  @Test
  void windowsThatHoldAStrangePointAreNotLearned() throws IOException {
    Set<Integer> strange = Set.of(10_000, 10_500, 11_000);
    Path recent = written(folder.resolve("recent.csv"), 9_000, 12_000, 0, strange);
    Path clean = written(folder.resolve("clean.csv"), 9_000, 12_000, 0, Set.of());
    RetrainOutcome with = retrain(recent, List.of(), Set.of());
    RetrainOutcome without = retrain(clean, List.of(), Set.of());
    assertThat(with.rows().getOrDefault(Fate.STRANGE.words(), 0L)).isGreaterThanOrEqualTo(3);
    assertThat(with.rows().get(Fate.STRADDLING.words()))
        .isGreaterThanOrEqualTo(
            without.rows().get(Fate.STRADDLING.words()) + (long) strange.size() * (WINDOW - 2));
    assertThat(with.promotes()).isFalse();
  }

  @Test
  void tooFewPointsAreRefusedWithWords() throws IOException {
    Path recent = written(folder.resolve("recent.csv"), 9_000, 9_120, 1.2, Set.of());
    RetrainOutcome outcome = retrain(recent, List.of(), Set.of());
    assertThat(outcome.promotes()).isFalse();
    assertThat(named(outcome, "rows").outcome()).isEqualTo(Check.Outcome.TOO_FEW_ROWS);
    assertThat(named(outcome, "rows").words()).contains("take a longer span, or wait");
  }

  private RetrainOutcome retrain(Path recent, List<String> frozen, Set<String> accepted) {
    GateConfig d = GateConfig.DEFAULT;
    // How long scoring takes is no matter of these tests, and the machine may be busy.
    GateConfig patient =
        new GateConfig(
            d.leastRows(),
            d.mostUnscorable(),
            d.mostLeftOut(),
            d.mostAlarms(),
            d.mostRepeated(),
            d.lossLevel(),
            d.leastGain(),
            d.promiseLevel(),
            d.recallLevel(),
            d.recallMargin(),
            d.oldRecallMargin(),
            d.coarsest(),
            d.mostSize(),
            1_000,
            d.oldMatters());
    return new RetrainPipeline(Progress.QUIET, ScorerOptions.threads(1), System::nanoTime)
        .retrain(
            new RetrainRequest(
                champion,
                List.of(recent.toString()),
                Fits.noInput(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                frozen,
                folder.resolve("challenger.onnx"),
                accepted,
                Optional.empty(),
                patient,
                0,
                Optional.empty()));
  }

  private static String words(RetrainOutcome outcome) {
    StringBuilder words = new StringBuilder();
    outcome
        .checks()
        .forEach(c -> words.append(c.name()).append(": ").append(c.words()).append('\n'));
    return words.append(outcome.rows()).append(outcome.notes()).toString();
  }

  private static Check named(RetrainOutcome outcome, String name) {
    return outcome.checks().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }
}
