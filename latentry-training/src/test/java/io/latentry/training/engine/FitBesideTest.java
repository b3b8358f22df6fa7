package io.latentry.training.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.Outputs;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import io.latentry.training.config.Variant;
import io.latentry.training.detector.Detector;
import io.latentry.training.detector.DetectorFit;
import io.latentry.training.detector.Tables;
import io.latentry.training.fit.TrainedVae;
import io.latentry.training.fit.TrainingListener;
import io.latentry.training.fit.TrainingStart;
import io.latentry.training.fit.VaeTrainer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A whole training on a device beside the processor. */
class FitBesideTest {
  /** Values are copied there and back as to a GPU, and computed as on the processor. */
  private static final Device COPIES = new Device.Beside("cpu");

  private static final Set<Output> TERMS =
      EnumSet.of(Output.RECONSTRUCTION_TERM, Output.LATENT_TERM, Output.LATENT_MEAN);

  private static final Rows ROWS = Tables.mixed(200, 1);

  @AfterEach
  void asAtFirst() {
    Engine.use(Device.CPU);
  }

  private record Fitted(TrainedVae trained, Outputs outputs) {}

  @Test
  void aFitBesideTheProcessorLearnsAndJudgesAsOneOnIt() {
    Fitted here = on(Device.CPU);
    Fitted beside = on(COPIES);
    here.trained()
        .weights()
        .forEach(
            (name, weight) ->
                assertThat(beside.trained().weights().get(name).values())
                    .as(name)
                    .isEqualTo(weight.values()));
    for (Output term : TERMS) {
      assertThat(beside.outputs().values(term)).isEqualTo(here.outputs().values(term));
    }
    assertThat(Engine.versions()).containsEntry("device", COPIES.name());
  }

  private static Fitted on(Device device) {
    Engine.use(device);
    // With an adversary, so that its weights come and go too.
    VaeConfig config =
        VaeConfig.defaults(Variant.ADVERSARIAL).toBuilder()
            .members(2)
            .latent(3)
            .hidden(List.of(12))
            .codes(64)
            .build();
    TrainedVae trained =
        new VaeTrainer(
                config,
                TrainingConfig.defaults(Variant.ADVERSARIAL).toBuilder()
                    .steps(30)
                    .evaluateEvery(10)
                    .build(),
                TrainingListener.SILENT)
            .train(
                TablePreprocessor.fit(ROWS),
                ROWS,
                ROWS,
                1,
                TrainingStart.fresh(),
                Optional.empty());
    Detector detector = DetectorFit.of(trained, ROWS, 1);
    return new Fitted(trained, detector.run(Tables.mixed(60, 2), TERMS));
  }
}
