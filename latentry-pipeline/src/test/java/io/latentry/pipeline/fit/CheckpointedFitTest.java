package io.latentry.pipeline.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.Synthetic;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.fit.TrainingInterruptedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointedFitTest {
  @TempDir private Path folder;

  @Test
  void aFitInterruptedInTheMiddleEndsInTheSameBytes() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(1_200, 0, 1));
    FitRequest whole = Fits.request(data, config(600), folder.resolve("whole.onnx"));
    FitRequest broken = Fits.request(data, config(600), folder.resolve("broken.onnx"));
    new FitPipeline(Progress.QUIET).fit(whole);

    interrupt(broken, 300);

    assertThat(broken.target()).doesNotExist();
    assertThat(broken.checkpoints()).isNotEmptyDirectory();

    new FitPipeline(Progress.QUIET).fit(broken);

    assertThat(broken.target()).hasSameBinaryContentAs(whole.target());
    assertThat(broken.checkpoints()).doesNotExist();
  }

  @Test
  void aFoldedFitInterruptedInTheMiddleEndsInTheSameBytes() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(150, 0, 1));
    FitRequest whole = Fits.request(data, config(120), folder.resolve("whole.onnx"));
    FitRequest broken = Fits.request(data, config(120), folder.resolve("broken.onnx"));
    new FitPipeline(Progress.QUIET).fit(whole);

    interrupt(broken, 200);
    new FitPipeline(Progress.QUIET).fit(broken);

    assertThat(broken.target()).hasSameBinaryContentAs(whole.target());
    assertThat(broken.checkpoints()).doesNotExist();
  }

  @Test
  void aFitInterruptedAfterTrainingDoesNotTrainAgain() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(150, 0, 1));
    FitRequest whole = Fits.request(data, config(120), folder.resolve("whole.onnx"));
    FitRequest broken = Fits.request(data, config(120), folder.resolve("broken.onnx"));
    new FitPipeline(Progress.QUIET).fit(whole);

    assertThatThrownBy(() -> new FitPipeline(at("comparing", false)).fit(broken))
        .hasMessage("stopped at comparing");
    assertThat(broken.checkpoints()).isNotEmptyDirectory();
    new FitPipeline(at("no such stage", true)).fit(broken);

    assertThat(broken.target()).hasSameBinaryContentAs(whole.target());
    assertThat(broken.checkpoints()).doesNotExist();
  }

  /** Stops the fit at a stage, and at a step of training if that is refused. */
  private static Progress at(String stop, boolean refuseTraining) {
    return new Progress() {
      private String stage = "";

      @Override
      public void stage(String name) {
        stage = name;
        if (name.startsWith(stop)) {
          throw new IllegalStateException("stopped at " + stop);
        }
      }

      @Override
      public void progress(long done, long total) {
        if (refuseTraining && stage.startsWith("training")) {
          throw new AssertionError("step " + done);
        }
      }
    };
  }

  @Test
  void aCheckpointOfAWarmStartIsNotTakenForAFreshOne() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(1_200, 0, 1));
    FitRequest whole = Fits.request(data, config(600), folder.resolve("whole.onnx"));
    FitRequest broken = Fits.request(data, config(600), folder.resolve("broken.onnx"));
    new FitPipeline(Progress.QUIET).fit(whole);
    interrupt(
        new FitRequest(
            broken.data(),
            broken.input(),
            broken.config(),
            broken.target(),
            Optional.of(whole.target()),
            Optional.empty()),
        300);

    new FitPipeline(Progress.QUIET).fit(broken);
    assertThat(broken.target()).hasSameBinaryContentAs(whole.target());
  }

  @Test
  void whatAFitOfOtherDataLeftBehindIsToldAndDoesNotBlock() throws IOException {
    Path data = Synthetic.write(folder.resolve("train.csv"), Synthetic.lines(150, 0, 1));
    Path other = Synthetic.write(folder.resolve("other.csv"), Synthetic.lines(150, 0, 2));
    FitRequest whole = Fits.request(data, config(120), folder.resolve("whole.onnx"));
    new FitPipeline(Progress.QUIET).fit(whole);
    FitRequest target = Fits.request(data, config(120), folder.resolve("target.onnx"));
    interrupt(Fits.request(other, config(120), target.target()), 200);
    Files.writeString(target.checkpoints().resolve("fold-9"), "damaged");

    FitOutcome outcome = new FitPipeline(Progress.QUIET).fit(target);

    assertThat(outcome.notices()).anyMatch(n -> n.contains("this fit starts afresh"));
    assertThat(target.target()).hasSameBinaryContentAs(whole.target());
    assertThat(target.checkpoints()).doesNotExist();
  }

  /** Interrupts the fit once it has come {@code steps} far in training. */
  private static void interrupt(FitRequest request, int steps) {
    Thread fitting = Thread.currentThread();
    Progress interrupter =
        new Progress() {
          private boolean training;

          @Override
          public void stage(String name) {
            training = name.startsWith("training");
          }

          @Override
          public void progress(long done, long total) {
            if (training && done >= steps) {
              fitting.interrupt();
            }
          }
        };
    assertThatThrownBy(() -> new FitPipeline(interrupter).fit(request))
        .isInstanceOf(TrainingInterruptedException.class);
    // The flag must not leak into the next fit of this test.
    Thread.interrupted();
    assertThat(Files.exists(request.checkpoints())).isTrue();
  }

  private static FitConfig config(int steps) {
    FitConfig quick = Fits.quick(Fits.labelled("label", "ok"));
    TrainingConfig training = quick.training().toBuilder().steps(steps).patience(1_000).build();
    return new FitConfig(quick.data(), quick.model(), training, quick.calibration(), quick.seed());
  }
}
