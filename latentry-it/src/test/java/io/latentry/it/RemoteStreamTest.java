package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.verdict.Judgement;
import io.latentry.kafka.model.JudgingModel;
import io.latentry.kafka.model.RemoteEngine;
import io.latentry.scoring.ScorerOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stream whose scores the service gives: the verdicts of one that has the engine itself. */
@Timeout(120)
final class RemoteStreamTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

  @TempDir private Path folder;

  @Test
  void rowsAndPointsGetTheSameVerdictsToTheLastBit() throws Exception {
    Path models = Files.createDirectories(folder.resolve("models"));
    try (ServiceProcess service = served(models)) {
      for (String name : List.of("v1", "series-v1")) {
        Path model = GOLDEN.resolve(name).resolve("model.onnx");
        Path data = model.resolveSibling("input.csv");
        RemoteEngine remote =
            new RemoteEngine(
                URI.create(service.address() + "/v2/models/" + name + "/versions/1"),
                Duration.ofSeconds(30),
                Optional.empty(),
                told -> {});
        try (JudgingModel far = JudgingModel.open(model, ScorerOptions.threads(1), remote)) {
          List<Judgement> verdicts = StreamDoor.judge(far, data, folder);
          assertThat(verdicts).as(name).isEqualTo(StreamDoor.judge(model, data, folder));
        }
      }
    }
  }

  private ServiceProcess served(Path models) throws Exception {
    for (String name : List.of("v1", "series-v1")) {
      Path unused =
          Files.copy(GOLDEN.resolve(name).resolve("model.onnx"), models.resolve(name + ".onnx"));
    }
    return ServiceProcess.start(models, folder);
  }
}
