package io.latentry.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ScorerCacheTest {
  private static final Path MODEL =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden", "v1", "model.onnx");

  private final ScorerCache cache = new ScorerCache(ScorerOptions.threads(1));
  private byte[] artifact;

  @BeforeEach
  void read() throws IOException {
    artifact = Files.readAllBytes(MODEL);
  }

  @Test
  void whoeverAsksForTheSameBytesSharesOneScorer() {
    try (ScorerCache.Lease one = cache.lease(artifact);
        ScorerCache.Lease other = cache.lease(artifact.clone())) {
      assertThat(other.scorer()).isSameAs(one.scorer());
    }
  }

  @Test
  void theScorerStaysOpenUntilTheLastOneHasGivenItBack() {
    ScorerCache.Lease one = cache.lease(artifact);
    ScorerCache.Lease other = cache.lease(artifact);
    Samples probes = one.scorer().probes().samples(one.scorer().manifest().schema());

    one.close();
    one.close();
    assertThat(other.scorer().judge(probes).count()).isEqualTo(probes.count());

    other.close();
    assertThatThrownBy(() -> other.scorer().judge(probes)).hasMessageContaining("closed");
    try (ScorerCache.Lease anew = cache.lease(artifact)) {
      assertThat(anew.scorer()).isNotSameAs(other.scorer());
      assertThat(anew.scorer().judge(probes).count()).isEqualTo(probes.count());
    }
  }

  @Test
  void bytesThatAreNoArtifactAreRefusedAndLeaveNothingOpen() {
    assertThatThrownBy(() -> cache.lease(new byte[] {1, 2, 3}))
        .isInstanceOf(ArtifactException.class);
    try (ScorerCache.Lease lease = cache.lease(artifact)) {
      assertThat(lease.scorer().manifest().formatVersion()).isEqualTo(1);
    }
  }
}
