package io.latentry.pipeline.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ArtifactException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChampionPlaceTest {
  @TempDir Path folder;
  private Path champion;
  private Path challenger;

  @BeforeEach
  void write() throws Exception {
    champion = Files.writeString(folder.resolve("pump.onnx"), "old");
    challenger = Files.writeString(folder.resolve("next.onnx"), "new");
  }

  @Test
  void theChallengerTakesThePlaceAndTheOldFileIsKept() throws Exception {
    try (ChampionPlace place = ChampionPlace.take(champion)) {
      place.put(challenger);
    }
    assertThat(champion).hasContent("new");
    assertThat(challenger).hasContent("new");
    assertThat(folder.resolve("pump.onnx.before")).hasContent("old");
    assertThat(folder.resolve("pump.onnx.next")).doesNotExist();
  }

  @Test
  void onlyOneHasThePlaceAtATime() throws Exception {
    try (ChampionPlace place = ChampionPlace.take(champion)) {
      assertThatThrownBy(() -> ChampionPlace.take(champion))
          .isInstanceOf(ArtifactException.class)
          .hasMessageContaining("another retraining of it is under way");
      place.put(challenger);
    }
    ChampionPlace again = ChampionPlace.take(champion);
    again.close();
  }

  @Test
  void aFileThatSomebodyPutThereMeanwhileStays() throws Exception {
    try (ChampionPlace place = ChampionPlace.take(champion)) {
      Path unused = Files.writeString(champion, "another");
      assertThatThrownBy(() -> place.put(challenger))
          .isInstanceOf(ArtifactException.class)
          .hasMessageContaining("became another file meanwhile");
    }
    assertThat(champion).hasContent("another");
  }
}
