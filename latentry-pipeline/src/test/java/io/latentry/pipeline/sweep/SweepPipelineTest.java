package io.latentry.pipeline.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.Synthetic;
import io.latentry.pipeline.config.FitConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every column of {@link Synthetic} follows from two hidden factors. */
class SweepPipelineTest {
  private static final FitConfig QUICK = quick();

  @TempDir Path folder;
  private Path data;

  private static FitConfig quick() {
    FitConfig quick = Fits.quick(Fits.data("label", "ok", List.of("at"), null));
    return quick
        .withModel(quick.model().toBuilder().hidden(List.of(32)).build())
        .withTraining(quick.training().toBuilder().steps(400).build());
  }

  @BeforeEach
  void write() throws IOException {
    data = Synthetic.write(folder.resolve("d.csv"), Synthetic.lines(800, 20, 1));
  }

  private SweepPipeline.Request request(SweepGrid grid) {
    return new SweepPipeline.Request(
        List.of(data.toString()), Fits.noInput(), QUICK, grid, folder.resolve("s.sweep"));
  }

  private static SweepOutcome sweep(SweepPipeline.Request request) {
    return new SweepPipeline(Progress.QUIET, System::nanoTime).sweep(request);
  }

  @Test
  void theElbowIsAtTheNumberOfHiddenFactors() {
    SweepOutcome outcome =
        sweep(request(new SweepGrid(List.of(1, 2, 3, 4, 6, 8), List.of(), List.of())));
    assertThat(outcome.elbows().values()).extracting(SweepPoint::latent).containsExactly(2);
    assertThat(outcome.points()).allMatch(p -> p.activeUnits() <= p.latent() && p.seconds() > 0);
    assertThat(outcome.points().get(1).elbo()).isGreaterThan(outcome.points().get(0).elbo());
    assertThat(outcome.usualRange()[1]).isEqualTo(0.3 * outcome.width());
    Path page = folder.resolve("sweep.html");
    SweepPage.write(outcome, "d.csv", page);
    assertThat(page).content().contains("The elbow is at 2 latent units").contains("elbow: 2");
  }

  @Test
  void anInterruptedSweepGoesOnAndGivesTheSame() throws IOException {
    SweepGrid both = new SweepGrid(List.of(1, 2), List.of(), List.of());
    SweepOutcome first = sweep(request(new SweepGrid(List.of(1), List.of(), List.of())));
    SweepOutcome resumed = sweep(request(both));
    assertThat(resumed.resumed()).isEqualTo(1);
    assertThat(resumed.points().get(0)).isEqualTo(first.points().get(0));
    // A line cut off by the interruption counts as not written.
    Path state = folder.resolve("s.sweep");
    List<String> lines = Files.readAllLines(state);
    Files.writeString(
        state, lines.get(0) + "\n" + lines.get(1) + "\n" + lines.get(2).substring(0, 20));
    SweepOutcome again = sweep(request(both));
    assertThat(again.resumed()).isEqualTo(1);
    assertThat(again.points())
        .extracting(SweepPoint::reconstruction)
        .isEqualTo(resumed.points().stream().map(SweepPoint::reconstruction).toList());
    SweepPipeline.forget(request(both));
    assertThat(state).doesNotExist();
  }

  @Test
  void betaAndDepthAreSweptOnRequestAndAnotherConfigBeginsAnew() {
    SweepGrid grid = new SweepGrid(List.of(2), List.of(0.1, 1.0), List.of(1, 2));
    SweepOutcome outcome = sweep(request(grid));
    assertThat(outcome.points()).hasSize(4);
    assertThat(outcome.curves()).hasSize(4);
    SweepPipeline.Request other =
        new SweepPipeline.Request(
            List.of(data.toString()),
            Fits.noInput(),
            QUICK.withSeed(9),
            new SweepGrid(List.of(2), List.of(0.1), List.of(1)),
            folder.resolve("s.sweep"));
    assertThat(sweep(other).resumed()).isZero();
  }

  @Test
  void sizesThatCannotBeMeantAreRefused() {
    assertThatThrownBy(() -> new SweepGrid(List.of(0), List.of(), List.of()))
        .hasMessage("latent: 0 (expected: 1 to 4096)");
    assertThatThrownBy(() -> new SweepGrid(List.of(), List.of(-1.0), List.of()))
        .hasMessageContaining("beta: -1.0");
    assertThatThrownBy(() -> new SweepGrid(List.of(), List.of(), List.of(99)))
        .hasMessageContaining("depth: 99");
  }
}
