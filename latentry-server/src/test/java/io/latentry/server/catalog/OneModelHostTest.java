package io.latentry.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.MovedThreshold;
import io.latentry.core.data.Rows;
import io.latentry.scoring.Judgements;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.ModelVersion;
import io.latentry.server.serving.ModelVersion.Role;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class OneModelHostTest {
  private static final OneModelHost HOST = OneModelHost.of("m", OneModelHost.goldenArtifact());

  @AfterAll
  static void close() {
    HOST.close();
  }

  @Test
  void aMovedThresholdJudgesAndCanBeTakenBack() {
    double before = HOST.lend("m", OptionalInt.empty()).version().threshold().orElseThrow().score();
    ModelVersion moved =
        HOST.moveThreshold("m", manifest -> MovedThreshold.at(manifest, -1e6, "test"), "me");
    assertThat(moved.thresholdHistory()).extracting("score").contains(before);
    assertThat(judged()).containsExactly("ANOMALY");
    assertThat(HOST.undoThreshold("m", "me").threshold().orElseThrow().score()).isEqualTo(before);
    assertThat(HOST.audit("m").get(0).action()).isEqualTo("threshold_undo");
  }

  @Test
  void rollingBackMakesTheFormerVersionTheChampion() {
    ModelVersion second = HOST.add("m", OneModelHost.goldenArtifact(), true, "me");
    assertThat(second.role()).isEqualTo(Role.CHAMPION);
    assertThat(HOST.rollBack("m", "me").version()).isEqualTo(second.version() - 1);
  }

  @Test
  void aRefusalComesOnce() {
    HOST.refuseNext(Refusal.BUSY, "too much");
    assertThatThrownBy(OneModelHostTest::judged).hasCauseInstanceOf(RefusedException.class);
    assertThat(judged()).isNotEmpty();
  }

  private static List<String> judged() {
    try (ModelLease lease = HOST.lend("m", OptionalInt.empty())) {
      Rows rows =
          Rows.of(
              lease.manifest().schema(),
              1,
              new float[lease.manifest().schema().numericCount()],
              new String[] {"middle"});
      Judgements judged = lease.judge(rows, Set.of(), Duration.ofSeconds(10)).join();
      return List.of(judged.verdict(0).name());
    }
  }
}
