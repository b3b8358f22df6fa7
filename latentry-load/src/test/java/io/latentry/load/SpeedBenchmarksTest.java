package io.latentry.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.graph.Output;
import io.latentry.pipeline.config.FitConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every benchmark runs on tiny sizes; what the figures are is not the point here. */
final class SpeedBenchmarksTest {
  private static final FitConfig QUICK = FittedModel.quick(FitConfig.DEFAULT);

  @TempDir private Path folder;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8);

  @Test
  void smokeTheKernelBenchmarkRunsToItsEnd() throws IOException {
    KernelBenchmark.run(new KernelBenchmark.Size(1000, 2000, 6, 2, 0.1, QUICK), folder, out);
    assertThat(printed())
        .contains("matrix-multiply limit", "single", "fast", "balanced", "accurate");
  }

  @Test
  void smokeTheSeriesKernelBenchmarkRunsToItsEnd() throws IOException {
    SeriesKernelBenchmark.run(
        new SeriesKernelBenchmark.Size(800, 600, 2, 2, 0.1, QUICK), folder, out);
    assertThat(printed())
        .contains("matrix-multiply limit", "2 channels", "fast", "balanced", "accurate", "bytes");
  }

  @Test
  void matrixWorkOfOneMemberIsThatOfItsLayers() throws IOException {
    Path artifact =
        FittedModel.fit(
            SyntheticTable.of(1000, 6, 1), FittedModel.singleMember(QUICK), folder, "single");
    int width = 12;
    int latent = 4;
    long layers = 2L * (2 * width * 64 + 2 * 64 * 64 + 64 * 2 * latent + latent * 64);
    long counted =
        MatrixWork.flopsPerRow(
            artifact,
            Set.of(Output.RECONSTRUCTION_TERM.graphName(), Output.LATENT_TERM.graphName()));
    // Besides the layers, sums over columns are products with a column of ones.
    assertThat(counted).isBetween(layers, layers + 2L * 20 * width);
  }

  @Test
  void endToEndMeasuresTheProgramsCommands() throws IOException {
    Path program =
        program("case $1 in --help) echo '  score  scores'; echo '  demo   shows';; *) :;; esac");
    EndToEndBenchmark.run(
        new EndToEndBenchmark.Size(1000, 1500, 4, 0.1, QUICK, program), folder, out);
    assertThat(printed())
        .contains(
            "score rows.parquet -> scores.parquet",
            "score rows.csv -> scores.csv",
            "score of 1,000 rows",
            "demo: ");
  }

  @Test
  void fitReportsStagesAndTheArithmeticOfAStep() throws IOException {
    Path program = program("echo '  doctor'");
    FitBenchmark.run(new FitBenchmark.Size(1000, 4, 0.1, QUICK, program), folder, out);
    assertThat(printed()).contains("no such command yet", "training ", "arithmetic");
  }

  @Test
  void aFailedProcessIsAnErrorWithItsWords() throws IOException {
    Path program = program("echo broken; exit 3");
    MeasuredProcess run = MeasuredProcess.run(List.of(program.toString()), folder.resolve("log"));
    assertThat(run.exitCode()).isEqualTo(3);
    assertThatThrownBy(() -> run.orThrow("it"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("exit code 3")
        .hasMessageContaining("broken");
  }

  @Test
  void peakMemoryOfAProcessIsSeen() throws IOException {
    // The shell holds the text itself.
    Path program = program("text=$(head -c 30000000 /dev/zero | tr '\\0' x); sleep 0.3");
    MeasuredProcess run =
        MeasuredProcess.run(List.of(program.toString()), folder.resolve("log")).orThrow("it");
    assertThat(run.seconds()).isGreaterThan(0.3);
    assertThat(run.peakBytes()).isBetween(30_000_000L, 300_000_000L);
  }

  @Test
  void aProcessThatTakesTooLongIsEnded() throws IOException {
    Path program = program("exec sleep 300");
    assertThat(MeasuredProcess.runWithin(0.1, List.of(program.toString()), folder.resolve("log")))
        .isEmpty();
  }

  @Test
  void syntheticRowsAreWrittenAsTheyAre() throws IOException {
    SyntheticTable table = SyntheticTable.of(50, 3, 7);
    Path csv = folder.resolve("t.csv");
    table.writeCsv(csv);
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(51);
    for (int row = 0; row < 50; row++) {
      double[] read =
          Stream.of(lines.get(row + 1).split(",")).mapToDouble(Double::parseDouble).toArray();
      for (int j = 0; j < 3; j++) {
        assertThat(read[j])
            .isBetween(table.values()[row * 3 + j] - 6e-5, table.values()[row * 3 + j] + 6e-5);
      }
    }
  }

  @Test
  void anUnknownOptionIsRefused() {
    assertThatThrownBy(() -> Bench.run("kernel", Arguments.parse(List.of("--rwos", "3")), out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--rwos");
    assertThatThrownBy(() -> Bench.run("kernels", Arguments.parse(List.of()), out))
        .hasMessageContaining("kernels");
  }

  private Path program(String script) throws IOException {
    Path program = folder.resolve("program");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private String printed() {
    return text.toString(StandardCharsets.UTF_8);
  }
}
