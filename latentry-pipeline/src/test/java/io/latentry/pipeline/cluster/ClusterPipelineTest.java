package io.latentry.pipeline.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.DataException;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.Synthetic;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Planted: 30 rows whose b is far too high, 20 whose d is far too low. */
class ClusterPipelineTest {
  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void fitOnce() throws IOException {
    Path data = Synthetic.write(folder.resolve("d.csv"), Synthetic.lines(1_000, 0, 1));
    model = folder.resolve("m.onnx");
    FitOutcome unused =
        Fits.fit(data, Fits.quick(Fits.data("label", "ok", List.of("at"), null)), model);
  }

  @Test
  void plantedFaultsAreTwoGroupsNamedByTheirColumns() throws IOException {
    ClusterOutcome outcome = cluster(planted(100, 30, 20));
    assertThat(outcome.groups()).hasSizeGreaterThanOrEqualTo(2);
    AnomalyGroup high = outcome.groups().get(0);
    AnomalyGroup low = outcome.groups().get(1);
    assertThat(high.name()).startsWith("b high");
    assertThat(high.size()).isBetween(25, 32);
    assertThat(high.representatives()).hasSize(3).allMatch(row -> row >= 100 && row < 130);
    assertThat(low.name()).startsWith("d low");
    assertThat(low.representatives()).allMatch(row -> row >= 130);
    assertThat(outcome.anomalies())
        .isEqualTo(outcome.noise() + outcome.groups().stream().mapToInt(AnomalyGroup::size).sum());
    assertThat(cluster(planted(100, 30, 20))).isEqualTo(outcome);
  }

  @Test
  void fewAnomaliesAreGroupedToo() throws IOException {
    ClusterOutcome outcome = cluster(planted(0, 6, 5));
    assertThat(outcome.groups()).extracting(AnomalyGroup::size).containsExactly(6, 5);
    assertThat(outcome.groups().get(0).leading().get(0).column()).isEqualTo("b");
  }

  @Test
  void dataWithoutAnAnomalyAreRefused() {
    assertThatThrownBy(() -> cluster(List.of(Synthetic.lines(1, 0, 1).get(0), normal())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no anomaly among 1 rows");
  }

  private static String normal() {
    return "0.1,0.1,0.2,0,0.25,true,2024-03-04T08:00:00Z,middle,ok";
  }

  private static List<String> planted(int normals, int high, int low) {
    List<String> lines = new ArrayList<>(Synthetic.lines(1, 0, 1).subList(0, 1));
    for (int i = 0; i < normals; i++) {
      lines.add(normal());
    }
    Random random = new Random(5);
    for (int i = 0; i < high + low; i++) {
      double a = 0.2 * random.nextGaussian();
      double b = 0.2 * random.nextGaussian();
      lines.add(
          String.format(
              java.util.Locale.ROOT,
              "%.3f,%.3f,%.3f,%.3f,%.3f,true,2024-03-04T08:00:00Z,middle,bad",
              a,
              i < high ? 25 + random.nextGaussian() : b,
              a + b,
              i < high ? a - b : -25 + random.nextGaussian(),
              2 * a + b / 2));
    }
    return lines;
  }

  private static ClusterOutcome cluster(List<String> lines) throws IOException {
    Path file = Synthetic.write(folder.resolve("new.csv"), lines);
    try (Scorer scorer = Scorer.open(model, ScorerOptions.threads(1))) {
      return new ClusterPipeline(Progress.QUIET)
          .cluster(scorer, Fits.scoring(file, 0, "label"), 5, 1);
    }
  }
}
