package io.latentry.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Images;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSourceTest {
  @TempDir Path dir;

  @Test
  void aFolderGivesItsImagesByPathAndCountsTheRest() throws IOException {
    put("parts/good/b.png");
    put("parts/good/a.JPG");
    put("parts/scratch/deep/c.tif");
    put("parts/top.webp");
    put("parts/Thumbs.db");
    put("parts/.hidden/d.png");
    put("parts/good/._a.png");
    put("parts/notes.txt");

    try (ImageSource source = open("parts")) {
      assertThat(source.files())
          .containsExactly(
              new ImageFile("good/a.JPG", "good"),
              new ImageFile("good/b.png", "good"),
              new ImageFile("scratch/deep/c.tif", "deep"),
              new ImageFile("top.webp", "parts"));
      assertThat(source.passedOver()).isEqualTo(4);
    }
  }

  @Test
  void theRootItselfMayBeTheGoodFolder() throws IOException {
    put("good/a.png");

    try (ImageSource source = open("good")) {
      assertThat(source.files()).containsExactly(new ImageFile("a.png", "good"));
    }
  }

  @Test
  void aZipGivesTheSameAsTheFolderThatItHolds() throws IOException {
    Path zip = dir.resolve("parts.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      entry(out, "good/a.png", "good/a.png".getBytes(StandardCharsets.UTF_8));
      entry(out, "bad\\b.png", "bad/b.png".getBytes(StandardCharsets.UTF_8));
      entry(out, "__MACOSX/good/._a.png", new byte[3]);
    }
    put("parts/good/a.png", "good/a.png".getBytes(StandardCharsets.UTF_8));
    put("parts/bad/b.png", "bad/b.png".getBytes(StandardCharsets.UTF_8));

    try (ImageSource packed = open("parts.zip");
        ImageSource folder = open("parts")) {
      assertThat(packed.files()).isEqualTo(folder.files());
      assertThat(packed.digest()).isEqualTo(folder.digest());
      assertThat(new String(packed.read(0), StandardCharsets.UTF_8)).isEqualTo("bad/b.png");
    }
  }

  @Test
  void aTableListsImagesBelowItsFolder() throws IOException {
    put("parts/good/a.png");
    put("parts/good/b.png");
    put("parts/scratch/c.png");
    put("outside.png");
    Path table = dir.resolve("parts/some.csv");
    Files.writeString(table, "machine,path\n1,good/b.png\n2,scratch/c.png\n");
    assertThat(ImageSource.isOne(List.of(table.toString()))).isTrue();
    try (ImageSource source = open("parts/some.csv")) {
      assertThat(source.files())
          .containsExactly(
              new ImageFile("good/b.png", "good"), new ImageFile("scratch/c.png", "scratch"));
    }

    Files.writeString(table, "path\ngood/a.png\n../outside.png\n");
    assertThatThrownBy(() -> open("parts/some.csv"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("some.csv: row 1: path: '../outside.png' (expected: a file below");
    Files.writeString(table, "path\ngood/gone.png\n");
    assertThatThrownBy(() -> open("parts/some.csv")).hasMessageContaining("'good/gone.png'");
  }

  @Test
  void aTableWithOtherPathsIsNone() throws IOException {
    Path log = Files.writeString(dir.resolve("log.csv"), "path,ms\n/index.html,3\n/a.png,2\n");
    assertThat(ImageSource.isOne(List.of(log.toString()))).isFalse();
    Files.writeString(log, "page,ms\n/a.png,2\n");
    assertThat(ImageSource.isOne(List.of(log.toString()))).isFalse();
    Files.writeString(log, "path\n");
    assertThat(ImageSource.isOne(List.of(log.toString()))).isFalse();
    Files.write(log, new byte[] {0, 1, 2, 3});
    assertThat(ImageSource.isOne(List.of(log.toString()))).isFalse();
  }

  @Test
  void aByteMoreChangesTheDigest() throws IOException {
    put("parts/a.png", new byte[] {1});
    String before;
    try (ImageSource source = open("parts")) {
      before = source.digest();
      assertThat(source.digest()).isEqualTo(before);
    }
    put("parts/a.png", new byte[] {1, 2});

    try (ImageSource source = open("parts")) {
      assertThat(source.digest()).isNotEqualTo(before);
    }
  }

  @Test
  void aZipThatLeadsOutOfItselfIsRefused() throws IOException {
    try (ZipOutputStream out =
        new ZipOutputStream(Files.newOutputStream(dir.resolve("evil.zip")))) {
      entry(out, "../../outside.png", new byte[1]);
    }

    assertThatThrownBy(() -> open("evil.zip"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("entry '../../outside.png' leads out of the zip");
  }

  @Test
  void aBombInAZipIsAFaultOfItsImage() throws IOException {
    try (ZipOutputStream out =
        new ZipOutputStream(Files.newOutputStream(dir.resolve("bomb.zip")))) {
      out.putNextEntry(new ZipEntry("a.png"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 65; i++) {
        out.write(zeros);
      }
      out.closeEntry();
      entry(out, "b.png", ImageDecoderTest.written(image(), "png"));
    }

    try (ImageSource source = open("bomb.zip")) {
      Images images =
          ImageReading.read(source, new int[] {0, 1}, new ImageSettings(1, 16, 16, "any"));

      assertThat(images.fault(0)).startsWith("cannot be read: more than 64 MB");
      assertThat(images.fault(1)).isNull();
    }
  }

  @Test
  void globsAndFilesGivePathsBelowTheFolderThatHoldsThemAll() throws IOException {
    put("set/good/a.png");
    put("set/bad/a.png");
    put("set/bad/notes.txt");

    try (ImageSource glob = open("set/*/*");
        ImageSource files = open("set/good/a.png", "set/bad/a.png", "set/bad/a.png");
        ImageSource folders = open("set/good", "set/bad");
        ImageSource one = open("set/bad/a.png")) {
      List<ImageFile> both =
          List.of(new ImageFile("bad/a.png", "bad"), new ImageFile("good/a.png", "good"));
      assertThat(glob.files()).isEqualTo(both);
      assertThat(files.files()).isEqualTo(both);
      assertThat(folders.files()).isEqualTo(both);
      assertThat(one.files()).containsExactly(new ImageFile("a.png", "bad"));
    }
  }

  @Test
  void imagesAreToldFromTables() throws IOException {
    put("set/a.png");
    put("set/a.csv");
    put("set.zip");

    assertThat(isOne("set")).isTrue();
    assertThat(isOne("set.zip")).isTrue();
    assertThat(isOne("set/a.png")).isTrue();
    assertThat(isOne("set/*.png")).isTrue();
    assertThat(isOne("set/*.csv")).isFalse();
    assertThat(isOne("set/a.csv")).isFalse();
    assertThat(isOne("set/a.png", "set/a.csv")).isFalse();
    assertThat(isOne("nowhere.png")).isFalse();
    assertThat(ImageSource.isOne(List.of("-"))).isFalse();
  }

  @Test
  void whatCannotBeOpenedSaysWhy() throws IOException {
    Files.createDirectory(dir.resolve("empty"));
    put("tables/a.csv");
    put("no.zip", "not a zip".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> open("nowhere")).hasMessageContaining("no such file");
    assertThatThrownBy(() -> open("empty")).hasMessageContaining("no image among 0 files");
    assertThatThrownBy(() -> open("tables"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no image among 1 files")
        .hasMessageContaining("of tables give the files, such as '");
    assertThatThrownBy(() -> open("no.zip"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("not a readable zip");
  }

  @Test
  void manyImagesAreReadInTheOrderAskedWithTheirFaults() throws IOException {
    for (int i = 0; i < 20; i++) {
      BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setSample(0, 0, 0, i + 1);
      put("set/%02d.png".formatted(i), ImageDecoderTest.written(image, "png"));
    }
    put("set/07.png", "no image".getBytes(StandardCharsets.UTF_8));

    try (ImageSource source = open("set")) {
      int[] order = {9, 7, 3};
      int[] told = {0};
      Images images =
          ImageReading.read(
              source, order, new ImageSettings(1, 16, 16, "any"), 3, done -> told[0] = done);

      assertThat(images.pixels(0)[0]).isEqualTo((byte) 10);
      assertThat(images.fault(1)).startsWith("not an image");
      assertThat(images.pixels(2)[0]).isEqualTo((byte) 4);
      assertThat(told[0]).isEqualTo(3);
    }
  }

  private static BufferedImage image() {
    return new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
  }

  private void put(String path) throws IOException {
    put(path, new byte[0]);
  }

  private void put(String path, byte[] content) throws IOException {
    Files.createDirectories(dir.resolve(path).getParent());
    Files.write(dir.resolve(path), content);
  }

  private static void entry(ZipOutputStream out, String name, byte[] content) throws IOException {
    out.putNextEntry(new ZipEntry(name));
    out.write(content);
    out.closeEntry();
  }

  private boolean isOne(String... names) {
    return ImageSource.isOne(
        Arrays.stream(names).map(name -> dir.resolve(name).toString()).toList());
  }

  private ImageSource open(String... names) {
    return ImageSource.open(Arrays.stream(names).map(name -> dir + "/" + name).toList());
  }
}
