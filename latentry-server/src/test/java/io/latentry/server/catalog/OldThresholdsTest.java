package io.latentry.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.Threshold;
import io.latentry.pipeline.export.ArtifactFile;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.registry.Registry;
import io.latentry.server.registry.StoreAddress;
import io.latentry.server.serving.ServingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that hold very many thresholds of before, each of which the registry would write down. */
class OldThresholdsTest {
  private static final int KEPT = Manifest.Thresholds.KEPT;

  @TempDir Path models;
  @TempDir Path elsewhere;

  @Test
  void aFileWithVeryManyIsOpenedByNobody() {
    assertThatThrownBy(() -> withEarlier(10 * KEPT + 1))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("threshold.history: 1001 earlier thresholds (expected: at most");
  }

  @Test
  void theRegistryTakesInTheLatest() throws IOException {
    try (ModelCatalog catalog = ModelCatalog.open(models, ServingConfig.defaults())) {
      var unused = catalog.add("m", withEarlier(2 * KEPT), true, "ada");
    }
    Registry registry = Registry.open(StoreAddress.inFolder(models), Clock.systemUTC());
    assertThat(registry.models().find("m").orElseThrow().version(1).orElseThrow().thresholds())
        .hasSize(KEPT + 1);
  }

  private Path withEarlier(int count) throws IOException {
    Path file = Files.write(elsewhere.resolve("m.onnx"), Artifacts.fitted(1));
    try (Scorer scorer = Scorer.open(file, ScorerOptions.threads(1))) {
      Manifest manifest = scorer.manifest();
      Threshold current = manifest.threshold().current();
      List<Threshold> earlier = Collections.nCopies(count, current);
      ArtifactFile.rewriteManifest(
          file, manifest.withThresholds(new Manifest.Thresholds(current, earlier)));
    }
    return file;
  }
}
