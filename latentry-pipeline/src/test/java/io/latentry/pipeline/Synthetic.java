package io.latentry.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Tables with a known truth: normal rows lie near a plane spanned by two hidden factors, anomalies
 * have the same marginals with the ties between columns broken.
 */
public final class Synthetic {
  private static final String HEADER = "a,b,c,d,e,flag,at,kind,label";
  private static final Instant START = Instant.parse("2024-03-04T08:00:00Z");

  private Synthetic() {}

  /** {@code normal} rows labelled {@code ok}, then {@code anomalies} labelled {@code bad}. */
  public static List<String> lines(int normal, int anomalies, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> lines = new ArrayList<>();
    lines.add(HEADER);
    for (int i = 0; i < normal + anomalies; i++) {
      lines.add(line(i, i >= normal, random));
    }
    return lines;
  }

  public static Path write(Path file, List<String> lines) throws IOException {
    return Files.writeString(file, String.join("\n", lines) + "\n");
  }

  private static String line(int i, boolean anomaly, SplittableRandom random) {
    double u = random.nextGaussian();
    double v = random.nextGaussian();
    double[] values = {u, v, u + v, u - v, 2 * u + 0.5 * v};
    StringBuilder line = new StringBuilder();
    for (int j = 0; j < values.length; j++) {
      double tied = anomaly ? values[j] - 3 * u + 3 * random.nextGaussian() : values[j];
      boolean missing = j == 4 && random.nextInt(20) == 0;
      line.append(
          missing ? "," : String.format(Locale.ROOT, "%.5f,", tied + 0.1 * random.nextGaussian()));
    }
    return line.append(u > 0)
        .append(',')
        .append(START.plusSeconds(600L * i))
        .append(',')
        .append(v > 0.5 ? "high" : v < -0.5 ? "low" : "middle")
        .append(',')
        .append(anomaly ? "bad" : "ok")
        .toString();
  }
}
