package io.latentry.training.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.detector.HealthOf;
import io.latentry.training.detector.Tables;
import io.latentry.training.fit.CheckpointFile;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingInterruptedException;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.VaeTrainer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every variant. */
class VariantsTest {
  private static final Rows ROWS = Tables.mixed(200, 1);
  private static final Rows HELD_OUT = Tables.mixed(60, 2);
  private static final TrainingConfig SHORT =
      TrainingConfig.defaults(Variant.BETA).toBuilder().steps(30).evaluateEvery(10).build();

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Variant.class)
  void everyVariantTrainsScoresAndFindsFarOffRows(Variant variant) {
    TrainedVae trained = train(small(variant), SHORT.toBuilder().steps(200).build());
    Rows strange = Tables.mixed(60, 9);
    for (int i = 0; i < strange.count(); i++) {
      strange.numeric()[i * 4] = 40;
      strange.numeric()[i * 4 + 1] = 40;
    }
    Detector detector = DetectorFit.of(trained, ROWS, 1);
    Set<Output> terms = EnumSet.of(Output.RECONSTRUCTION_TERM, Output.LATENT_TERM);
    Outputs normal = detector.run(HELD_OUT, terms);
    Outputs far = detector.run(strange, terms);
    for (Output term : terms) {
      assertThat(mean(far.values(term)))
          .as(term.graphName())
          .isGreaterThan(mean(normal.values(term)));
    }
    assertThat(detector.run(HELD_OUT, terms).values(Output.LATENT_TERM))
        .isEqualTo(normal.values(Output.LATENT_TERM));
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void everyVariantGoesOnBitForBitAfterAnInterruption(Variant variant) {
    VaeConfig config = small(variant);
    TrainedVae whole = train(config, SHORT);
    Optional<CheckpointFile> file =
        Optional.of(new CheckpointFile(folder.resolve("state"), "f", 1000));
    TrainingListener interrupting =
        progress -> {
          if (progress.step() == 13) {
            Thread.currentThread().interrupt();
          }
        };
    assertThatThrownBy(() -> train(config, SHORT, interrupting, TrainingStart.fresh(), file))
        .isInstanceOf(TrainingInterruptedException.class);
    TrainedVae resumed = train(config, SHORT, TrainingListener.SILENT, TrainingStart.fresh(), file);
    whole
        .weights()
        .forEach(
            (name, weight) ->
                assertThat(resumed.weights().get(name).values())
                    .as(name)
                    .isEqualTo(weight.values()));
    assertThat(resumed.health().findings()).isEqualTo(whole.health().findings());
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void everyVariantStartsWarm(Variant variant) {
    TrainedVae earlier = train(small(variant), SHORT);
    TrainedVae later =
        train(
            small(variant),
            SHORT,
            TrainingListener.SILENT,
            TrainingStart.warm(earlier.weights()),
            Optional.empty());
    assertThat(later.history().get(0).validationReconstruction())
        .isLessThan(earlier.history().get(0).validationReconstruction());
  }

  @Test
  void variantsAreNamedAsTheCommandLineNamesThem() {
    assertThat(Variant.words())
        .isEqualTo(
            "plain, beta, vamp, flow-posterior, flow-prior, adversarial, contrastive, autoencoder");
    assertThat(Variant.of("FLOW_PRIOR")).contains(Variant.FLOW_PRIOR);
    assertThat(Variant.of("vae")).isEmpty();
    for (Variant variant : Variant.values()) {
      assertThat(variant.summary()).isNotBlank();
    }
  }

  @Test
  void aSettingOfAnotherVariantOrOutOfRangeIsRefusedByName() {
    assertThatThrownBy(() -> with(Variant.PLAIN, "components", "3"))
        .hasMessage("settings.components: unknown to plain (expected: none)");
    assertThatThrownBy(() -> with(Variant.FLOW_PRIOR, "components", "3"))
        .hasMessageContaining("expected: one of layers, flow_width");
    assertThatThrownBy(() -> with(Variant.VAMP, "components", "0"))
        .hasMessage("settings.components: 0 (expected: 1 to 4096)");
    assertThatThrownBy(() -> with(Variant.VAMP, "components", "2.5"))
        .hasMessage("settings.components: 2.5 (expected: a whole number)");
    assertThatThrownBy(() -> with(Variant.VAMP, "components", "many"))
        .hasMessage("settings.components: 'many' (expected: a number)");
    assertThatThrownBy(() -> with(Variant.FLOW_POSTERIOR, "flow", "radial"))
        .hasMessage("settings.flow: 'radial' (expected: one of autoregressive, planar, coupling)");
  }

  @Test
  void everySettingChangesWhatIsLearned() {
    for (Variant variant : Variant.values()) {
      float[] asIs = train(small(variant), SHORT).weights().get("decoder.output.weight").values();
      for (Setting setting : variant.parts().settings()) {
        if (SeriesFitTest.OF_WINDOWS.contains(setting.name())) {
          continue;
        }
        String other =
            setting.words().isEmpty()
                ? setting.whole()
                    ? Integer.toString((int) Double.parseDouble(setting.byDefault()) + 1)
                    : Double.toString(Math.min(0.9, Double.parseDouble(setting.byDefault()) / 3))
                : setting.words().get(1);
        VaeConfig changed = small(variant).toBuilder().setting(setting.name(), other).build();
        assertThat(train(changed, SHORT).weights().get("decoder.output.weight").values())
            .as("%s of %s", setting.name(), variant.word())
            .isNotEqualTo(asIs);
      }
    }
  }

  @Test
  void remediesChangeWhatIsLearned() {
    VaeConfig plain = small(Variant.PLAIN);
    float[] asIs = train(plain, SHORT).weights().get("encoder.0.weight").values();
    for (VaeConfig changed :
        List.of(
            plain.toBuilder().schedule(ScheduleKind.SIGMOID).build(),
            plain.toBuilder().latentDropout(0.3).build(),
            plain.toBuilder().reconstructionWeight(4).build(),
            plain.toBuilder().decoder(List.of()).build())) {
      TrainedVae trained = train(changed, SHORT);
      assertThat(trained.weights().get("encoder.0.weight").values()).isNotEqualTo(asIs);
      assertThat(trained.weights().containsKey("decoder.0.weight"))
          .isEqualTo(!changed.decoderHidden().isEmpty());
    }
  }

  @Test
  void anOverpoweringDiscriminatorIsNoticedAndSlowed() {
    // A free adversary against a model that cannot answer: its codes never reach the prior.
    VaeConfig outdone =
        small(Variant.ADVERSARIAL).toBuilder()
            .beta(0)
            .setting("weight", "0")
            .setting("adversary_rate", "10")
            .build();
    TrainingConfig longer = SHORT.toBuilder().steps(300).maxRepairs(1).build();
    TrainedVae trained = train(outdone, longer);
    assertThat(trained.health().findings())
        .anyMatch(
            f ->
                f.startsWith("overpowering discriminator")
                    && f.contains("a tenth of the adversary's learning rate"));
    assertThat(trained.config().settings()).containsEntry("adversary_rate", "1.0");
    TrainedVae balanced = train(small(Variant.ADVERSARIAL), longer);
    assertThat(balanced.health().findings()).noneMatch(f -> f.contains("discriminator"));
  }

  @Test
  void repairAutoTriesEveryRemedyForOverSmoothingInOrderAndSaysSo() {
    // One latent unit and a crushing KL weight cannot follow two causes and their signs.
    VaeConfig smooth =
        VaeConfig.defaults().toBuilder().members(1).latent(1).hidden(List.of(8)).beta(20).build();
    Rows rows = Tables.twoCauses(300, 8, 1);
    TrainingConfig auto = SHORT.toBuilder().steps(150).repair(RepairMode.AUTO).build();
    TrainedVae trained = trainOn(rows, Tables.twoCauses(80, 8, 2), smooth, auto);
    List<String> told = trained.health().findings();
    assertThat(told).isNotEmpty();
    assertThat(told.get(0)).contains("training started again with");
    assertThat(HealthOf.explained(trained, rows)).isGreaterThan(0.3);
    TrainedVae none =
        trainOn(
            rows,
            Tables.twoCauses(80, 8, 2),
            smooth.toBuilder().beta(2).build(),
            auto.toBuilder().repair(RepairMode.NONE).build());
    assertThat(none.health().findings()).noneMatch(f -> f.contains("started again"));
  }

  private static VaeConfig small(Variant variant) {
    return VaeConfig.defaults(variant).toBuilder()
        .members(2)
        .latent(3)
        .hidden(List.of(12))
        .codes(64)
        .build();
  }

  private static VaeConfig with(Variant variant, String setting, String value) {
    return VaeConfig.defaults(variant).toBuilder().setting(setting, value).build();
  }

  private static TrainedVae train(VaeConfig config, TrainingConfig training) {
    return train(
        config, training, TrainingListener.SILENT, TrainingStart.fresh(), Optional.empty());
  }

  private static TrainedVae train(
      VaeConfig config,
      TrainingConfig training,
      TrainingListener listener,
      TrainingStart start,
      Optional<CheckpointFile> checkpoint) {
    return new VaeTrainer(config, training, listener)
        .train(TablePreprocessor.fit(ROWS), ROWS, HELD_OUT, 4, start, checkpoint);
  }

  private static TrainedVae trainOn(
      Rows rows, Rows heldOut, VaeConfig config, TrainingConfig training) {
    return new VaeTrainer(config, training, TrainingListener.SILENT)
        .train(
            TablePreprocessor.fit(rows), rows, heldOut, 4, TrainingStart.fresh(), Optional.empty());
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
