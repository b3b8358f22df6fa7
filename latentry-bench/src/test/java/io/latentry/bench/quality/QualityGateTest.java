package io.latentry.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.sample.SampleData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The default detector on real data: a change that costs quality fails here. */
final class QualityGateTest {
  private static final List<Integer> SEEDS = List.of(0, 1, 2);

  @TempDir private Path folder;

  @Test
  void theDefaultDetectorIsAsGoodAsItWas() throws IOException {
    write(SampleData.BREAST_CANCER);
    write(SampleData.PENGUINS);

    Standings standings =
        new QualityBenchmark(new Quiet())
            .run(
                new QualityRequest(
                    List.of(folder),
                    SEEDS,
                    Set.of(),
                    FitConfig.DEFAULT,
                    ColumnReading.INFERRED,
                    folder.resolve("page.md")));

    System.out.print(QualityBenchmark.text(standings));
    // Floors a little under what was measured when this was written; see docs/quality.md.
    assertAtLeast(standings, "BREAST_CANCER", 94.0, 95.2);
    assertAtLeast(standings, "PENGUINS", 97.5, 97.3);
  }

  private static void assertAtLeast(Standings standings, String set, double auroc, double auprc) {
    Standings.Figures figures =
        SetTable.find(standings, set, Contest.MODEL)
            .orElseThrow(() -> new AssertionError(set + ": no result"));
    assertThat(figures.auroc()).as(set + " AUROC").isGreaterThan(auroc);
    assertThat(figures.auprc()).as(set + " AUPRC").isGreaterThan(auprc);
  }

  /** Half of the normal rows train, under each seed another half. */
  private void write(SampleData data) throws IOException {
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(data.open(), StandardCharsets.UTF_8))) {
      reader.lines().forEach(lines::add);
    }
    List<String> header = List.of(lines.get(0).split(",", -1));
    int label = header.indexOf(data.labelColumn());
    StringBuilder table = new StringBuilder(lines.get(0).replace(data.labelColumn(), "label"));
    SEEDS.forEach(seed -> table.append(",split").append(seed));
    List<Random> coins = SEEDS.stream().map(Random::new).toList();
    for (String line : lines.subList(1, lines.size())) {
      List<String> cells = new ArrayList<>(List.of(line.split(",", -1)));
      boolean normal = cells.get(label).equals(data.normalLabel());
      cells.set(label, normal ? "0" : "1");
      for (Random coin : coins) {
        cells.add(normal && coin.nextBoolean() ? "train" : "test");
      }
      table.append('\n').append(String.join(",", cells));
    }
    Files.writeString(folder.resolve(data.name() + ".csv"), table.append('\n'));
  }

  private static final class Quiet implements QualityListener {
    @Override
    public void done(String summary, int done, int total, double secondsLeft) {}

    @Override
    public void failed(String set, String reason) {
      throw new AssertionError(set + ": " + reason);
    }
  }
}
