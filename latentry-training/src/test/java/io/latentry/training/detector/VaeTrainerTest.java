package io.latentry.training.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Rows;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.training.TrainingException;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.config.Variant;
import io.latentry.training.engine.PreparedSamples;
import io.latentry.training.fit.Checkpoint;
import io.latentry.training.fit.CheckpointFile;
import io.latentry.training.fit.OneCycle;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingInterruptedException;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.TrainingState;
import io.latentry.training.fit.VaeFactory;
import io.latentry.training.fit.VaeTrainer;
import io.latentry.training.term.Codes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaeTrainerTest {
  private static final VaeConfig SMALL =
      VaeConfig.defaults().toBuilder().members(2).latent(3).hidden(List.of(16)).build();
  private static final TrainingConfig SHORT =
      TrainingConfig.defaults().toBuilder().steps(100).build();
  private static final Rows ROWS = Tables.twoCauses(200, 6, 1);
  private static final Rows HELD_OUT = Tables.twoCauses(60, 6, 2);

  @TempDir Path folder;

  @Test
  void theSameSeedGivesTheSameWeightsAndAnotherSeedOthers() {
    float[] once = flat(train(SMALL, SHORT, 5));
    assertThat(flat(train(SMALL, SHORT, 5))).isEqualTo(once);
    assertThat(flat(train(SMALL, SHORT, 6))).isNotEqualTo(once);
  }

  @Test
  void trainingLowersTheValidationLoss() {
    List<Manifest.HistoryEntry> history = train(SMALL, SHORT, 5).history();
    double first = history.get(0).validationReconstruction();
    double last = history.get(history.size() - 1).validationReconstruction();
    assertThat(last).isLessThan(first - 5);
    assertThat(history.get(history.size() - 1).step()).isEqualTo(100);
  }

  @Test
  void withoutTheKlTermTheCodesSpreadFar() {
    double with = totalKl(train(SMALL.toBuilder().beta(1).build(), SHORT, 5));
    double without = totalKl(train(SMALL.toBuilder().beta(0).build(), SHORT, 5));
    assertThat(without).isGreaterThan(2 * with);
  }

  @Test
  void theReconstructionTermMakesTheModelExplainItsRows() {
    TrainedVae trained = train(SMALL, SHORT.toBuilder().steps(300).build(), 5);
    PreparedSamples rows = PreparedSamples.of(trained.preprocessor(), ROWS);
    float[] residual =
        Codes.of(VaeFactory.vae(trained.config(), trained.preprocessor()), trained.weights(), rows)
            .residual();
    double square = 0;
    for (float value : residual) {
      square += value * value;
    }
    assertThat(square / residual.length).isLessThan(0.2); // entries have variance 1
  }

  @Test
  void anInterruptedRunGoesOnBitForBit() {
    CheckpointFile file = new CheckpointFile(folder.resolve("state"), "f", 1000);
    float[] expected = flat(train(SMALL, SHORT, 5));
    TrainingListener interrupting =
        progress -> {
          if (progress.step() == 37) {
            Thread.currentThread().interrupt();
          }
        };
    assertThatThrownBy(() -> train(SMALL, SHORT, 5, interrupting, Optional.of(file)))
        .isInstanceOf(TrainingInterruptedException.class)
        .hasMessageContaining("step 37");
    assertThat(file.path()).exists();
    TrainedVae resumed = train(SMALL, SHORT, 5, TrainingListener.SILENT, Optional.of(file));
    assertThat(flat(resumed)).isEqualTo(expected);
    assertThat(resumed.history()).isEqualTo(train(SMALL, SHORT, 5).history());
  }

  @Test
  void aFinishedRunIsReadFromItsCheckpointWithoutAStep() {
    CheckpointFile file = new CheckpointFile(folder.resolve("state"), "f", 1000);
    TrainedVae trained = train(SMALL, SHORT, 5, TrainingListener.SILENT, Optional.of(file));
    TrainingListener refusing =
        progress -> {
          throw new AssertionError("step " + progress.step());
        };
    TrainedVae again = train(SMALL, SHORT, 5, refusing, Optional.of(file));
    assertThat(flat(again)).isEqualTo(flat(trained));
    assertThat(again.history()).isEqualTo(trained.history());
    assertThat(again.health().findings()).isEqualTo(trained.health().findings());
  }

  @Test
  void aCheckpointOfAnotherRunOrADamagedOneIsRefused() throws IOException {
    CheckpointFile file = new CheckpointFile(folder.resolve("state"), "mine", 50);
    Checkpoint.write(
        new CheckpointFile(file.path(), "other", 50),
        new TrainingState(List.of(), List.of(), new float[4], new float[0], 2));
    assertThatThrownBy(() -> train(SMALL, SHORT, 5, TrainingListener.SILENT, Optional.of(file)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("other data, another config or another seed");
    byte[] bytes = Files.readAllBytes(file.path());
    Files.write(file.path(), Arrays.copyOf(bytes, bytes.length / 2));
    CheckpointFile cut = new CheckpointFile(file.path(), "other", 50);
    assertThatThrownBy(() -> train(SMALL, SHORT, 5, TrainingListener.SILENT, Optional.of(cut)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void aWarmStartBeginsWhereTheEarlierModelEnded() {
    TrainedVae earlier = train(SMALL, SHORT, 5);
    Manifest.HistoryEntry first = warm(SMALL, earlier).history().get(0);
    Manifest.HistoryEntry last = earlier.history().get(earlier.history().size() - 1);
    // The noise of the evaluation comes from the seed, which is another one.
    assertThat(first.validationReconstruction())
        .isCloseTo(last.validationReconstruction(), within(1.0));
    VaeConfig wider = SMALL.toBuilder().latent(4).build();
    assertThatThrownBy(() -> warm(wider, earlier))
        .hasMessageContaining("posterior.mean.weight")
        .hasMessageContaining("[2, 16, 3] (expected: [2, 16, 4])");
  }

  @Test
  void fortyRowsOverfitAndTheBestWeightsComeBack() {
    TrainingConfig hard =
        SHORT.toBuilder().steps(1500).learningRate(0.01).evaluateEvery(10).patience(20).build();
    VaeConfig wide = VaeConfig.defaults().toBuilder().members(2).beta(0.01).build();
    TrainedVae trained = trainOn(Tables.noise(40, 10, 3), Tables.noise(40, 10, 4), wide, hard, 5);
    assertThat(trained.health().findings()).anyMatch(f -> f.contains("overfitting"));
    List<Manifest.HistoryEntry> history = trained.history();
    assertThat(history.get(history.size() - 1).step()).isLessThan(1500);
    TrainedVae restored =
        new VaeTrainer(wide, hard.toBuilder().steps(1).build(), TrainingListener.SILENT)
            .train(
                trained.preprocessor(),
                Tables.noise(40, 10, 3),
                Tables.noise(40, 10, 4),
                5,
                TrainingStart.warm(trained.weights()),
                Optional.empty());
    double best =
        history.stream()
            .mapToDouble(e -> e.validationReconstruction() + 0.01 * e.validationKl())
            .min()
            .orElseThrow();
    Manifest.HistoryEntry now = restored.history().get(0);
    // Each member comes back at its own best step, so that the mean is at most the best mean.
    assertThat(now.validationReconstruction() + 0.01 * now.validationKl())
        .isLessThanOrEqualTo(best + 1e-3);
  }

  @Test
  void aHugeKlWeightCollapsesThePosteriorAndIsRepaired() {
    VaeConfig crushed = SMALL.toBuilder().beta(300).build();
    TrainingConfig longer = SHORT.toBuilder().steps(300).build();
    TrainedVae trained = train(crushed, longer, 5);
    assertThat(trained.health().findings())
        .anyMatch(f -> f.startsWith("posterior collapse") && f.contains("free of cost"));
    assertThat(trained.health().activeUnits()).isGreaterThan(0.5);
    assertThatThrownBy(() -> train(crushed, longer.toBuilder().maxRepairs(0).build(), 5))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("posterior collapse")
        .hasMessageContaining("lower beta");
  }

  @Test
  void aHugeLearningRateExplodesAndIsLowered() {
    TrainingConfig wild =
        SHORT.toBuilder().learningRate(10).gradientClip(1e9).maxRepairs(4).build();
    TrainedVae trained = train(SMALL, wild, 5);
    assertThat(trained.health().findings())
        .anyMatch(f -> f.contains("exploded") && f.contains("a tenth of the learning rate"));
    assertThat(trained.training().learningRate()).isLessThan(10);
    assertThatThrownBy(
            () -> train(SMALL, wild.toBuilder().learningRate(1e8).maxRepairs(1).build(), 5))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("exploded");
  }

  @Test
  void aHealthyRunSaysSo() {
    Manifest.Health health = train(SMALL, SHORT.toBuilder().steps(300).build(), 5).health();
    assertThat(health.healthy()).isTrue();
    assertThat(health.findings()).isEmpty();
    assertThat(health.klPerDimension()).hasSize(3);
    assertThat(health.activeUnits()).isBetween(1.0, 3.0);
  }

  @Test
  void oneRowConstantWideAndMixedColumnsTrainWithoutNaN() {
    Rows one = Tables.noise(1, 3, 1);
    Rows constant = Tables.numeric(2, new float[80]);
    Rows mixed = Tables.mixed(120, 1);
    Rows wide = Tables.noise(30, 1500, 2);
    for (Rows rows : List.of(one, constant, wide, mixed)) {
      TrainedVae trained = trainOn(rows, rows.select(new int[0]), SMALL, SHORT, 5);
      for (float value : flat(trained)) {
        assertThat(value).isFinite();
      }
      assertThat(trained.health().findings()).anyMatch(f -> f.startsWith("no validation rows"));
    }
  }

  @Test
  void augmentationChangesWhatIsLearned() {
    float[] plain = flat(train(SMALL, SHORT, 5));
    assertThat(flat(train(SMALL, SHORT.toBuilder().noise(0.2).build(), 5))).isNotEqualTo(plain);
    assertThat(flat(train(SMALL, SHORT.toBuilder().mask(0.3).build(), 5))).isNotEqualTo(plain);
  }

  @Test
  void anAutoencoderTrainsOnTheSamePath() {
    TrainedVae trained = train(SMALL.toBuilder().variant(Variant.AUTOENCODER).build(), SHORT, 5);
    assertThat(trained.weights()).doesNotContainKey("posterior.log_var.weight");
    assertThat(trained.config().beta()).isZero();
  }

  @Test
  void nativeMemoryStaysBoundedOverManySteps() {
    long[] early = new long[1];
    long[] late = new long[1];
    TrainingListener watching =
        progress -> {
          if (progress.step() == 300) {
            early[0] = Pointer.physicalBytes();
          } else if (progress.step() == 3000) {
            late[0] = Pointer.physicalBytes();
          }
        };
    TrainedVae trained =
        train(
            SMALL,
            SHORT.toBuilder().steps(3000).patience(1000).build(),
            5,
            watching,
            Optional.empty());
    assertThat(trained.history()).isNotEmpty();
    // Without scopes a step leaves tens of kilobytes behind, 2,700 steps over 100 MB.
    assertThat(late[0] - early[0]).isLessThan(64L << 20);
  }

  @Test
  void settingsOutOfRangeAreRefusedByName() {
    assertThatThrownBy(() -> VaeConfig.defaults().toBuilder().members(0).build())
        .hasMessage("members: 0 (expected: 1 to 64)");
    assertThatThrownBy(() -> TrainingConfig.defaults().toBuilder().noise(Double.NaN).build())
        .hasMessage("noise: NaN (expected: 0 to 100)");
    assertThat(VaeConfig.defaults().resolved(60).latent()).isEqualTo(18);
    assertThat(VaeConfig.defaults().resolved(3).latent()).isEqualTo(2);
    assertThat(VaeConfig.defaults().resolved(3000).latent()).isEqualTo(32);
  }

  @Test
  void theLearningRateRisesToItsPeakAndFallsToNothing() {
    OneCycle cycle = new OneCycle(3e-3, 0.1, 500);
    assertThat(cycle.at(0)).isCloseTo(3e-3 / 25, within(1e-9));
    assertThat(cycle.at(50)).isCloseTo(3e-3, within(1e-6));
    assertThat(cycle.at(499)).isLessThan(1e-7);
  }

  private static double totalKl(TrainedVae trained) {
    return Arrays.stream(trained.health().klPerDimension()).sum();
  }

  private static TrainedVae train(VaeConfig config, TrainingConfig training, long seed) {
    return trainOn(ROWS, HELD_OUT, config, training, seed);
  }

  private static TrainedVae train(
      VaeConfig config,
      TrainingConfig training,
      long seed,
      TrainingListener listener,
      Optional<CheckpointFile> checkpoint) {
    return new VaeTrainer(config, training, listener)
        .train(
            TablePreprocessor.fit(ROWS), ROWS, HELD_OUT, seed, TrainingStart.fresh(), checkpoint);
  }

  private static TrainedVae trainOn(
      Rows rows, Rows heldOut, VaeConfig config, TrainingConfig training, long seed) {
    return new VaeTrainer(config, training, TrainingListener.SILENT)
        .train(
            TablePreprocessor.fit(rows),
            rows,
            heldOut,
            seed,
            TrainingStart.fresh(),
            Optional.empty());
  }

  private static TrainedVae warm(VaeConfig config, TrainedVae earlier) {
    return new VaeTrainer(config, SHORT, TrainingListener.SILENT)
        .train(
            earlier.preprocessor(),
            ROWS,
            HELD_OUT,
            6,
            TrainingStart.warm(earlier.weights()),
            Optional.empty());
  }

  private static float[] flat(TrainedVae trained) {
    int size = trained.weights().values().stream().mapToInt(w -> w.values().length).sum();
    float[] flat = new float[size];
    int at = 0;
    for (var weight : trained.weights().values()) {
      System.arraycopy(weight.values(), 0, flat, at, weight.values().length);
      at += weight.values().length;
    }
    return flat;
  }
}
