package io.latentry.pipeline.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.promotion.Check;
import io.latentry.core.promotion.GateConfig;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.ImageConfig;
import io.latentry.pipeline.sample.SampleImages;
import io.latentry.scoring.ScorerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled shoes, by the times of their files. One champion serves all tests. */
final class ImageRetrainTest {
  private static final Instant NOW = Instant.parse("2026-01-31T00:00:00Z");

  @TempDir private static Path shared;

  private static List<Path> good;
  private static List<Path> boots;
  private static Path champion;

  @TempDir private Path folder;

  @BeforeAll
  static void fitOnce() throws IOException {
    SampleImages.copyTo(shared);
    good = sorted(shared.resolve("train/good"));
    boots = sorted(shared.resolve("test/boot"));
    champion = shared.resolve("champion.onnx");
    Path learned = Files.createDirectories(shared.resolve("learned"));
    copy(good.subList(0, 110), learned, NOW.minus(Duration.ofDays(90)));
    Fits.fit(
        learned,
        Fits.quick(DataConfig.builder().image(ImageConfig.DEFAULT.withSize(28)).build()),
        champion);
  }

  private static List<Path> sorted(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.sorted().toList();
    }
  }

  private static void copy(List<Path> files, Path to, Instant written) throws IOException {
    Files.createDirectories(to);
    for (Path file : files) {
      Path copied = Files.copy(file, to.resolve(file.getFileName()));
      Files.setLastModifiedTime(copied, FileTime.from(written));
    }
  }

  /** Only files of the last days count, and what other folders hold is to be found. */
  @Test
  void recentImagesAreLearnedByTheTimeOfTheirFiles() throws IOException {
    copy(good.subList(110, 140), folder.resolve("good"), NOW.minus(Duration.ofDays(60)));
    copy(good.subList(140, 280), folder.resolve("good"), NOW);
    copy(boots.subList(0, 10), folder.resolve("boot"), NOW);
    RetrainOutcome outcome = retrain(Optional.of(30.0), Optional.empty());
    assertThat(outcome.span().rows()).isEqualTo(150);
    assertThat(outcome.rows())
        .containsEntry(Fate.OUTSIDE.words(), 30L)
        .containsEntry(Fate.OTHER_LABEL.words(), 10L);
    assertThat(outcome.challenger()).as(outcome.reasons().toString()).isNotNull();
    assertThat(outcome.learned() + outcome.keptApart()).isBetween(100, 140);
    assertThat(named(outcome, "recall_confirmed").figures().get("anomalies")).isEqualTo(10);
    assertThat(named(outcome, "columns").outcome()).isEqualTo(Check.Outcome.NOT_ASKED);
    assertThat(named(outcome, "validation_loss").words()).contains("losses are not compared");
    assertThat(named(outcome, "promise_recent").figures().get("rows")).isGreaterThan(20);
  }

  @Test
  void tooFewImagesAreRefusedWithWords() throws IOException {
    copy(good.subList(140, 180), folder.resolve("good"), NOW);
    RetrainOutcome outcome = retrain(Optional.empty(), Optional.empty());
    assertThat(outcome.promotes()).isFalse();
    assertThat(outcome.challenger()).isNull();
    assertThat(named(outcome, "rows").outcome()).isEqualTo(Check.Outcome.TOO_FEW_ROWS);
  }

  @Test
  void aColumnOfTimesIsRefusedForImages() throws IOException {
    copy(good.subList(140, 150), folder.resolve("good"), NOW);
    assertThatThrownBy(() -> retrain(Optional.empty(), Optional.of("at")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("images have the time of their files");
  }

  private RetrainOutcome retrain(Optional<Double> days, Optional<String> time) {
    GateConfig d = GateConfig.DEFAULT;
    GateConfig few =
        new GateConfig(
            80,
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
                List.of(folder.toString()),
                Fits.noInput(),
                days,
                time,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                folder.resolve("challenger.onnx"),
                Set.of(RetrainRequest.NO_DRIFT),
                Optional.empty(),
                few,
                0,
                Optional.empty()));
  }

  private static Check named(RetrainOutcome outcome, String name) {
    return outcome.checks().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }
}
