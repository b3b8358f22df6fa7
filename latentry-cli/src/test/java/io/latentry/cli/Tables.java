package io.latentry.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Small tables and a config that fits them in a second or two. */
public final class Tables {
  static final String HEADER = "length,width,kind,status";

  /** Few steps of one small member: for what a command says, not for how well it judges. */
  static final String QUICK =
      """
      model: {members: 1, hidden: [8]}
      training: {steps: 20}
      """;

  private Tables() {}

  /** {@code rows} rows; every tenth has status bad and a width that does not go with its length. */
  public static Path write(Path file, int rows, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> lines = new ArrayList<>();
    lines.add(HEADER);
    for (int i = 0; i < rows; i++) {
      boolean bad = i % 10 == 9;
      double length = random.nextGaussian();
      double width = bad ? 20 + random.nextGaussian() : length + 0.1 * random.nextGaussian();
      lines.add(
          "%.4f,%.4f,%s,%s".formatted(length, width, i % 2 == 0 ? "a" : "b", bad ? "bad" : "ok"));
    }
    return Files.write(file, lines);
  }

  public static Path quickConfig(Path folder) throws IOException {
    return Files.writeString(folder.resolve("quick.yaml"), QUICK);
  }
}
