package io.latentry.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ModelVersion.Role;
import io.latentry.server.serving.ModelVersion.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private static final ModelVersion SERVES = version("m", Role.CHAMPION, State.READY);
  private static final ModelVersion BAD_FILE = version("bad", Role.CANDIDATE, State.FAILED);

  @Test
  void aBadFileBesideAModelThatServesIsNotWaitedFor() {
    assertThat(Readiness.waitedFor(List.of(SERVES, BAD_FILE))).isEmpty();
  }

  @Test
  void whereNothingServesABadFileIsWaitedFor() {
    assertThat(Readiness.waitedFor(List.of(BAD_FILE))).containsExactly(BAD_FILE);
    ModelVersion unloaded = version("m", Role.CHAMPION, State.UNLOADED);
    assertThat(Readiness.waitedFor(List.of(unloaded, BAD_FILE))).containsExactly(BAD_FILE);
  }

  @Test
  void aChampionThatDoesNotAnswerIsWaitedForWhateverElseServes() {
    ModelVersion loading = version("n", Role.CHAMPION, State.LOADING);
    assertThat(Readiness.waitedFor(List.of(SERVES, loading))).containsExactly(loading);
  }

  @Test
  void aServiceWithoutModelsAndOneWhoseModelsWereUnloadedAreReady() {
    assertThat(Readiness.waitedFor(List.of())).isEmpty();
    assertThat(Readiness.waitedFor(List.of(version("m", Role.CHAMPION, State.UNLOADED)))).isEmpty();
  }

  private static ModelVersion version(String name, Role role, State state) {
    return new ModelVersion(
        name, 1, "", 0, Instant.EPOCH, "test", role, state, "", Optional.empty(), List.of());
  }
}
