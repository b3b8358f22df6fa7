package io.latentry.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointTest {
  @TempDir private Path folder;

  @Test
  void aFingerprintMayNameThousandsOfColumns() {
    String config = "column ä, ".repeat(20_000);
    CheckpointFile file = new CheckpointFile(folder.resolve("final"), config, 10);
    TrainingState state =
        new TrainingState(List.of(), List.of(config), new float[] {1, 2}, new float[0], 1);
    state.step = 7;

    Checkpoint.write(file, state);

    assertThat(Checkpoint.belongsTo(file)).isTrue();
    TrainingState read = Checkpoint.read(file, 1);
    assertThat(read.step).isEqualTo(7);
    assertThat(read.findings).containsExactly(config);
    assertThat(read.parameters).containsExactly(1, 2);
    assertThat(Checkpoint.belongsTo(new CheckpointFile(file.path(), config + "x", 10))).isFalse();
  }

  @Test
  void aDamagedFileIsRefusedAndBelongsToNobody() throws IOException {
    CheckpointFile file = new CheckpointFile(folder.resolve("final"), "data", 10);
    Checkpoint.write(
        file, new TrainingState(List.of(), List.of(), new float[] {1}, new float[0], 1));
    byte[] bytes = Files.readAllBytes(file.path());
    bytes[8] = 0x7f;
    Files.write(file.path(), bytes);

    assertThat(Checkpoint.belongsTo(file)).isFalse();
    assertThatThrownBy(() -> Checkpoint.read(file, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("checkpoint: damaged: ");
  }
}
