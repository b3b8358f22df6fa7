package io.latentry.load.retraining;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.server.registry.RetrainingRun.State;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short one of the simulations whose long form is a benchmark. */
final class HalfYearBenchmarkTest {
  @TempDir Path folder;

  @Test
  void aModelThatDriftsIsReplacedAndHasOneChampionThroughRestartsKillsAndJumps() throws Exception {
    HalfYearBenchmark.Request request =
        new HalfYearBenchmark.Request(
            14, 1, 1, 4, 6, 5, 3, HalfYearBenchmark.Request.HALF_YEAR.settings());
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    HalfYearFigures figures =
        HalfYearBenchmark.simulate(
            request, folder, new PrintStream(said, true, StandardCharsets.UTF_8));
    String words = figures.words() + said;
    assertThat(figures.oneChampion()).as(words).isEqualTo(figures.moments()).isEqualTo(14 * 24);
    assertThat(figures.restarts()).isEqualTo(3);
    assertThat(figures.clockJumps()).isEqualTo(2);
    assertThat(figures.kills()).as(words).isPositive();
    assertThat(figures.runs()).as(words).containsKeys(State.FAILED, State.PROMOTED);
    assertThat(figures.keptShare()).as(words).isGreaterThan(0.5);
  }
}
