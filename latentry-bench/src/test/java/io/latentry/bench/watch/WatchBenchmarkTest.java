package io.latentry.bench.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.bench.quality.QualityListener;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.config.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a made table whose numbers go together. */
final class WatchBenchmarkTest {
  @TempDir private static Path folder;
  private static WatchFigures figures;
  private static Map<String, WatchTrial> byDrift;

  @BeforeAll
  static void watch() throws IOException {
    Random random = new Random(5);
    List<String> lines = new ArrayList<>(List.of("warm,load,flow,kind,label,split0"));
    for (int i = 0; i < 1_600; i++) {
      double load = random.nextGaussian();
      lines.add(
          String.format(
              Locale.ROOT,
              "%.4f,%.4f,%.4f,%s,0,%s",
              20 + 2 * load + 0.2 * random.nextGaussian(),
              50 + 5 * load + 0.5 * random.nextGaussian(),
              300 - 30 * load + 3 * random.nextGaussian(),
              random.nextBoolean() ? "a" : "b",
              i % 2 == 0 ? "train" : "test"));
    }
    lines.add("90,0,0,a,1,test");
    Files.write(folder.resolve("plant.csv"), lines);
    FitConfig config = FitConfig.DEFAULT.withModel(Profile.FAST.over(FitConfig.DEFAULT.model()));
    figures =
        new WatchBenchmark(21, 40, Quiet.INSTANCE)
            .run(List.of(folder), Set.of(), config.withSeed(1));
    byDrift =
        figures.trials().stream().collect(Collectors.toMap(WatchTrial::drift, Function.identity()));
  }

  @Test
  void whatIsLargeIsToldInTimeAndNamed() {
    assertThat(figures.failed()).isEmpty();
    for (PlantedDrift drift :
        List.of(PlantedDrift.SHIFT_ONE, PlantedDrift.UNIT, PlantedDrift.MISSING)) {
      WatchTrial trial = byDrift.get(drift.words());
      assertThat(trial.foundHours()).as(drift.words()).isNotNull().isLessThanOrEqualTo(48);
      assertThat(trial.others()).as(drift.words()).isZero();
      assertThat(trial.togetherHours()).as(drift.words()).isNull();
    }
    assertThat(byDrift.get(PlantedDrift.UNIT.words()).pagedHours()).isNotNull();
    assertThat(byDrift.get(PlantedDrift.MIXED_UP.words()).foundHours()).isNotNull();
    assertThat(byDrift.get(PlantedDrift.MIXED_UP.words()).alarmsAfter())
        .isGreaterThan(10 * byDrift.get(PlantedDrift.MIXED_UP.words()).alarmsBefore());
    assertThat(byDrift.get(PlantedDrift.MIXED_UP.words()).togetherHours())
        .isNotNull()
        .isLessThanOrEqualTo(48);
  }

  @Test
  void whatIsSmallAndWhatWeekendsAlwaysDidPageNobody() {
    assertThat(byDrift.get(WatchTrial.NOTHING).pages()).isZero();
    assertThat(byDrift.get(WatchTrial.NOTHING).togetherHours()).isNull();
    assertThat(byDrift.get(PlantedDrift.SLIGHT.words()).foundHours()).isNull();
    WatchTrial weekends = byDrift.get(PlantedDrift.WEEKENDS.words());
    assertThat(weekends.days()).isEqualTo(7);
    assertThat(weekends.alarmsAfter()).isGreaterThan(2 * weekends.alarmsBefore());
    assertThat(weekends.pages()).isZero();
    assertThat(figures.text())
        .contains("1 quiet models, 21 days each: 0 paged, 0 times.")
        .contains("| a number moves by 1 spread | 1 | 1 |");
  }

  @Test
  void aWatchOfNoDaysIsRefused() {
    assertThatThrownBy(() -> new WatchBenchmark(0, 40, Quiet.INSTANCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("days: 0");
  }

  private enum Quiet implements QualityListener {
    INSTANCE;

    @Override
    public void done(String summary, int done, int total, double secondsLeft) {}

    @Override
    public void failed(String set, String reason) {}
  }
}
