package io.latentry.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.tile.Tiling;
import org.junit.jupiter.api.Test;

class ImageSettingsTest {
  @Test
  void imagesThatAreTakenWholeAreWrittenAsBeforeThereWereTiles() {
    assertThat(ArtifactJson.write(new ImageSettings(3, 64, 96, "pixels")))
        .isEqualTo("{\"channels\":3,\"height\":64,\"width\":96,\"view\":\"pixels\"}");
  }

  @Test
  void theGraphTakesATileWhereImagesAreCut() {
    ImageSettings settings = new ImageSettings(1, 512, 2_048, "pixels", new Tiling(256, 256, 64));
    assertThat(settings.spec().tile()).isEqualTo(new ImageSpec(1, 256, 256));
    assertThat(settings.spec().tile().takes(settings.spec())).isTrue();
    assertThat(settings.spec().takes(settings.spec().tile())).isFalse();
    assertThat(ArtifactJson.write(settings))
        .endsWith(",\"tiling\":{\"height\":256,\"width\":256,\"overlap\":64}}");
  }
}
