package io.latentry.bench.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.config.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small form of {@code bench calibration}: promises on tables that are easily made. */
final class PromiseTrialTest {
  private static final FitConfig FAST =
      FitConfig.DEFAULT.withModel(Profile.FAST.over(FitConfig.DEFAULT.model()));

  @TempDir private Path folder;

  @Test
  void noScoreThatManyRowsShareIsAFalseAlarmInTheModelThatShips() throws IOException {
    write("odds", 3_000, random -> List.of(rarely(random), rarely(random), random.nextInt(3)));

    KeptPromises kept = run(List.of(0), List.of(0, 4));

    assertThat(kept.failed()).isEmpty();
    // 11.9 % and 6.3 % by the scores of the folds alone.
    assertThat(kept.trials()).hasSize(2).allMatch(PromiseTrial::isWithinBound);
    assertThat(kept.all().observed().estimate()).isLessThan(0.01);
  }

  @Test
  void theBoundHoldsWhereRowsAreFew() throws IOException {
    write(
        "normal",
        1_200,
        random -> {
          double common = random.nextGaussian();
          return IntStream.range(0, 6).mapToObj(j -> common + random.nextGaussian()).toList();
        });
    write(
        "long",
        1_200,
        random -> IntStream.range(0, 4).mapToObj(j -> Math.exp(random.nextGaussian())).toList());

    KeptPromises kept = run(List.of(60, 150), List.of(0, 1, 2, 3, 4));

    assertThat(kept.trials()).hasSize(20).allMatch(trial -> trial.fresh() > 1_000);
    // One of twenty may miss it by its calibration rows; a second has a chance of a quarter.
    assertThat(kept.all().within()).isGreaterThanOrEqualTo(18);
    assertThat(kept.all().observed().estimate()).isLessThan(kept.all().promised());
    assertThat(kept.sizes()).extracting(KeptPromises.Line::fits).containsExactly(10, 10);
  }

  private static int rarely(SplittableRandom random) {
    return random.nextInt(10) == 0 ? 1 : 0;
  }

  private KeptPromises run(List<Integer> rows, List<Integer> seeds) {
    return new CalibrationBenchmark(Silent.LISTENER)
        .run(new CalibrationRequest(List.of(folder), Set.of(), rows, seeds, FAST));
  }

  private void write(String name, int rows, Function<SplittableRandom, List<? extends Number>> row)
      throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      lines.add(
          row.apply(random).stream().map(String::valueOf).collect(Collectors.joining(","))
              + ",0,train");
    }
    int columns = lines.get(0).split(",", -1).length - 2;
    lines.add(
        0,
        IntStream.range(0, columns).mapToObj(j -> "c" + j).collect(Collectors.joining(","))
            + ",label,split0");
    Files.write(folder.resolve(name + ".csv"), lines);
  }
}
