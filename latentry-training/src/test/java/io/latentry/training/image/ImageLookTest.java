package io.latentry.training.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.data.Images;
import io.latentry.core.preprocessing.Eye;
import io.latentry.training.engine.Engine;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageLookTest {
  @Test
  void aLookIsTheSameHoweverManyThreadsTheEngineHas() {
    Random random = new Random(1);
    byte[][] pixels = new byte[140][64 * 64];
    for (byte[] image : pixels) {
      random.nextBytes(image);
    }
    Images images = Images.of(new ImageSpec(1, 64, 64), pixels);
    Eye eye = Eye.of(ImageLook.network());

    Engine.pinThreads(2);
    Images two = ImageLook.of(eye, images, seen -> {});
    Engine.pinThreads(1);
    Images one = ImageLook.of(eye, images, seen -> {});

    for (int i = 0; i < images.count(); i++) {
      assertThat(two.look(i)).isEqualTo(one.look(i));
    }
  }
}
