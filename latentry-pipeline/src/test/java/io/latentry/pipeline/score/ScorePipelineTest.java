package io.latentry.pipeline.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Fits;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.Synthetic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScorePipelineTest {
  @TempDir private Path folder;

  @Test
  void anInterruptionEndsTheRunAndLeavesNothing() throws IOException {
    Path data = Synthetic.write(folder.resolve("data.csv"), Synthetic.lines(150, 0, 1));
    Path model = folder.resolve("model.onnx");
    Fits.fit(data, Fits.quick(Fits.labelled("label", "ok")), model);
    Thread scoring = Thread.currentThread();
    Progress interrupter =
        new Progress() {
          @Override
          public void stage(String name) {
            scoring.interrupt();
          }
        };
    assertThatThrownBy(
            () ->
                new ScorePipeline(interrupter)
                    .score(
                        model,
                        Fits.scoring(data, 0),
                        columns -> TableSink.open(folder.resolve("scored.csv"), columns)))
        .hasRootCauseInstanceOf(InterruptedException.class);
    // The flag must not leak into another test.
    assertThat(Thread.interrupted()).isTrue();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(data, model);
    }
  }
}
