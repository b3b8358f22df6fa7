package io.latentry.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.data.DataException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageLayoutTest {
  private static final List<ImageFile> MVTEC =
      files(
          "bottle/ground_truth/crack/000_mask.png",
          "bottle/test/crack/000.png",
          "bottle/test/crack/001.png",
          "bottle/test/good/000.png",
          "bottle/train/good/000.png");

  @Test
  void theLayoutOfMvtecIsUnderstood() {
    ImageLayout layout = new ImageLayout(MVTEC, "mvtec");

    assertThat(layout.forFit()).containsExactly(4);
    assertThat(layout.forTest()).containsExactly(1, 2, 3);
    assertThat(layout.samples()).containsExactly(1, 2, 3, 4);
    assertThat(MVTEC.subList(1, 5).stream().map(layout::label))
        .containsExactly("crack", "crack", "good", "good");
    assertThat(layout.mask(MVTEC.get(1))).contains(0);
    assertThat(layout.mask(MVTEC.get(2))).isEqualTo(Optional.empty());
    assertThat(layout.mask(MVTEC.get(3))).isEqualTo(Optional.empty());
  }

  @Test
  void withoutTrainAllThatIsGoodIsLearnedFrom() {
    assertThat(normal("set", "good/a.png", "hole/b.png")).containsExactly(0);
    assertThat(normal("good", "monday/a.png", "tuesday/b.png")).containsExactly(0, 1);
  }

  @Test
  void oneFolderOfImagesIsLearnedFromWhole() {
    assertThat(normal("", "a.png", "b.png")).containsExactly(0, 1);
    assertThat(normal("set", "all/a.png", "all/b.png")).containsExactly(0, 1);
  }

  @Test
  void severalFoldersOfWhichNoneIsGoodAreRefused() {
    assertThatThrownBy(() -> normal("set", "cat/a.png", "dog/b.png"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("in 2 folders, none named 'good' (set/cat, set/dog)");
  }

  @Test
  void theLabelIsTheKindOfDefectHoweverDeepTheImageLies() {
    ImageFile deep = files("test/crack/day1/a.png").get(0);

    assertThat(new ImageLayout(List.of(deep), "").label(deep)).isEqualTo("crack");
  }

  private static int[] normal(String root, String... paths) {
    return new ImageLayout(files(paths), root).forFit();
  }

  private static List<ImageFile> files(String... paths) {
    return Arrays.stream(paths)
        .map(
            path -> {
              String[] segments = path.split("/", -1);
              return new ImageFile(path, segments.length > 1 ? segments[segments.length - 2] : "");
            })
        .toList();
  }
}
