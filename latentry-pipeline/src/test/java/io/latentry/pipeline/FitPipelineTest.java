package io.latentry.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.pipeline.ingest.ReadOptions;
import io.latentry.pipeline.ingest.StandardInput;
import io.latentry.pipeline.ingest.TableSink;
import io.latentry.pipeline.sample.SampleData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FitPipelineTest {
  @TempDir private Path folder;

  @Test
  void aFitOnBreastCancerTellsMalignantFromBenign() throws IOException {
    Path data = folder.resolve("wdbc.csv");
    SampleData.BREAST_CANCER.copyTo(data);
    Path model = folder.resolve("model.onnx");
    long t0 = System.nanoTime();
    FitOutcome outcome =
        new FitPipeline(
                new FitListener() {
                  @Override
                  public void stage(String name) {
                    System.err.printf("%.1f %s%n", (System.nanoTime() - t0) / 1e9, name);
                  }

                  @Override
                  public void notice(String sentence) {
                    System.err.println("note: " + sentence);
                  }
                })
            .fit(
                new FitRequest(
                    List.of(data.toString()),
                    StandardInput.streamed(InputStream.nullInputStream()),
                    FitConfig.DEFAULT.withData(labelled("diagnosis", "benign")),
                    model,
                    Optional.empty(),
                    Optional.of(folder.resolve("report.html"))));
    System.err.println(outcome.manifest().health());
    System.err.println(outcome.manifest().baselines());
    System.err.println(outcome.manifest().calibration().mix());
    System.err.println(outcome.manifest().threshold());
    System.err.println(outcome.bytes());
    ScoreRequest request =
        new ScoreRequest(
            List.of(data.toString()),
            StandardInput.streamed(InputStream.nullInputStream()),
            ReadOptions.DEFAULTS,
            2,
            List.of("diagnosis"),
            2);
    ScoreOutcome scored =
        new ScorePipeline(FitListener.QUIET)
            .score(model, request, c -> TableSink.open(folder.resolve("out.csv"), c));
    System.err.println(scored);
    var evaluated =
        new EvaluatePipeline(FitListener.QUIET)
            .evaluate(model, request, "diagnosis", Optional.empty());
    System.err.println(
        evaluated.evaluation().auroc()
            + " "
            + evaluated.evaluation().recall()
            + " "
            + evaluated.evaluation().falseAlarmRate());
    Files.copy(
        folder.resolve("report.html"),
        Path.of("/tmp/report.html"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        model, Path.of("/tmp/model.onnx"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(Files.readAllLines(folder.resolve("out.csv"))).hasSize(570);
    assertThat(evaluated.evaluation().auroc().estimate()).isGreaterThan(0.95);
  }

  private static DataConfig labelled(String label, String normal) {
    DataConfig d = DataConfig.DEFAULT;
    return new DataConfig(
        label,
        normal,
        d.exclude(),
        d.time(),
        d.types(),
        d.missing(),
        d.unseen(),
        d.missingTokens(),
        d.delimiter(),
        d.encoding());
  }
}
