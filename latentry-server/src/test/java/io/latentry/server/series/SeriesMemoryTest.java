package io.latentry.server.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.graph.Output;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesState;
import io.latentry.pipeline.config.CellLength;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.SeriesScorer;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import io.latentry.server.catalog.ModelCatalog;
import io.latentry.server.serving.ForwardingLease;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.ServingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SeriesMemoryTest {
  private static final int POINTS = 120;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void anyCutsAndRestartsGiveTheBitsOfTheLibrary() throws Exception {
    anyCutsAndRestartsGiveTheBitsOfTheLibrary(SeriesConfig.DEFAULT);
  }

  @Test
  void theyDoSoOfRowsInCells() throws Exception {
    anyCutsAndRestartsGiveTheBitsOfTheLibrary(
        SeriesConfig.DEFAULT.withResample(new CellLength("150s")));
  }

  private void anyCutsAndRestartsGiveTheBitsOfTheLibrary(SeriesConfig series) throws Exception {
    Path model = fitted(series);
    Path parent = Objects.requireNonNull(model.getParent());
    try (Scorer scorer = Scorer.open(model);
        ModelCatalog catalog = ModelCatalog.open(parent, ServingConfig.defaults());
        ModelLease lease = catalog.lend("pumps", OptionalInt.empty())) {
      Manifest manifest = scorer.manifest();
      int width = manifest.schema().numericCount();
      Random random = new Random(5);
      float[] numeric = new float[2 * POINTS * width];
      String[] times = new String[2 * POINTS];
      String[] keys = new String[2 * POINTS];
      String[] plants = new String[2 * POINTS];
      Arrays.fill(plants, "plant");
      for (int i = 0; i < 2 * POINTS; i++) {
        int step = i / 2;
        times[i] = Instant.ofEpochSecond(1_800_000_000L + 60L * step).toString();
        keys[i] = i % 2 == 0 ? "north" : "south";
        for (int j = 0; j < width; j++) {
          numeric[i * width + j] = (float) (Math.sin(step * 0.4) + random.nextGaussian());
        }
      }
      times[77] = "yesterday";
      keys[90] = "";
      Rows rows = Rows.of(manifest.schema(), 2 * POINTS, numeric, new String[0]);
      SeriesPoints points =
          SeriesMemory.points(manifest, rows, new String[][] {times, plants, keys});
      assertThat(points.rows().fault(77)).contains("not a time").contains("yesterday");
      assertThat(points.rows().fault(90)).isEqualTo("missing key: column 'pump'");
      Map<String, SeriesState> states = new HashMap<>();
      SeriesScorer library = SeriesScorer.of(scorer);
      PointJudgements whole =
          library.judge(
              points, key -> states.computeIfAbsent(key, unused -> library.begin()), Set.of());
      assertThat(whole.unsmoothed()[2 * POINTS - 1]).isFinite();

      SeriesMemory memory = open();
      int from = 0;
      while (from < points.count()) {
        int to = Math.min(points.count(), from + 1 + random.nextInt(30));
        Rows some = rows.slice(from, to);
        PointJudgements part =
            memory.judge(
                lease,
                SeriesMemory.points(
                    manifest,
                    some,
                    new String[][] {
                      Arrays.copyOfRange(times, from, to),
                      Arrays.copyOfRange(plants, from, to),
                      Arrays.copyOfRange(keys, from, to)
                    }),
                Set.of(),
                PATIENCE);
        for (int i = from; i < to; i++) {
          assertThat(part.judgements().get(i - from)).isEqualTo(whole.judgements().get(i));
          assertThat(Float.floatToIntBits(part.unsmoothed()[i - from]))
              .isEqualTo(Float.floatToIntBits(whole.unsmoothed()[i]));
        }
        from = to;
        if (random.nextInt(3) == 0) {
          memory.close();
          memory = open();
        }
      }
      memory.close();
    }
  }

  @Test
  void aRequestWaitsForThoseBeforeItAboutItsKeysAlone() throws Exception {
    Path model = fitted(SeriesConfig.DEFAULT);
    try (ModelCatalog catalog =
            ModelCatalog.open(Objects.requireNonNull(model.getParent()), ServingConfig.defaults());
        ModelLease lease = catalog.lend("pumps", OptionalInt.empty());
        SeriesMemory memory = open()) {
      HeldLease held = new HeldLease(lease);
      CompletableFuture<PointJudgements> first =
          CompletableFuture.supplyAsync(
              () -> memory.judge(held, points(lease, 0, "a", "b"), Set.of(), PATIENCE));
      assertThat(held.asked.await(1, TimeUnit.MINUTES)).isTrue();

      assertThat(memory.judge(lease, points(lease, 0, "c"), Set.of(), PATIENCE).count()).isOne();
      assertThatThrownBy(
              () -> memory.judge(lease, points(lease, 1, "b", "c"), Set.of(), Duration.ofMillis(9)))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("points before these are still judged");
      CompletableFuture<PointJudgements> second =
          CompletableFuture.supplyAsync(
              () -> memory.judge(lease, points(lease, 1, "b"), Set.of(), PATIENCE));
      assertThat(first).isNotDone();
      assertThat(second).isNotDone();

      boolean unused = held.released.complete(null);
      assertThat(first.get(1, TimeUnit.MINUTES).judgements().reason(0)).contains(": 1 of");
      assertThat(second.get(1, TimeUnit.MINUTES).judgements().reason(0)).contains(": 2 of");
      assertThat(memory.judge(lease, points(lease, 1, "c"), Set.of(), PATIENCE))
          .satisfies(judged -> assertThat(judged.judgements().reason(0)).contains(": 2 of"));
    }
  }

  /** One whose verdicts are held back. */
  private static final class HeldLease extends ForwardingLease {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CompletableFuture<Void> released = new CompletableFuture<>();

    HeldLease(ModelLease lease) {
      super(lease);
    }

    @Override
    public CompletableFuture<Judgements> judgeUntold(
        Samples samples, Set<Output> also, Duration within) {
      asked.countDown();
      return super.judgeUntold(samples, also, within).thenCombine(released, (told, end) -> told);
    }
  }

  /** A point of each of the pumps, of one moment. */
  private static SeriesPoints points(ModelLease lease, int step, String... pumps) {
    Manifest manifest = lease.manifest();
    String[] times = new String[pumps.length];
    Arrays.fill(times, Instant.ofEpochSecond(1_800_000_000L + 60L * step).toString());
    String[] plants = new String[pumps.length];
    Arrays.fill(plants, "plant");
    float[] numeric = new float[pumps.length * manifest.schema().numericCount()];
    return SeriesMemory.points(
        manifest,
        Rows.of(manifest.schema(), pumps.length, numeric, new String[0]),
        new String[][] {times, plants, pumps});
  }

  private SeriesMemory open() throws Exception {
    return SeriesMemory.open(
        folder.resolve("series"), Clock.systemUTC(), SeriesMemory.Limits.USUAL);
  }

  private Path fitted(SeriesConfig series) throws Exception {
    return FittedSeries.fit(
        Files.createDirectories(folder.resolve("models")).resolve("pumps.onnx"), series);
  }
}
