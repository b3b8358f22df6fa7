package io.latentry.load.growth;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Parts as a page of Markdown; every figure of it is of the run. */
public final class Page {
  /**
   * What holds of all parts.
   *
   * @param machine such as {@code 2 cores of ...}, with what else it did
   * @param rivals their versions; empty where no interpreter was given
   * @param starts what processes cost that do nothing, one sentence
   */
  public record About(String machine, String rivals, String starts, int limitSeconds) {}

  private static final String HEAD =
      """
      # How cost grows
      Time and memory of `fit` and `score` as rows, columns, stored codes, keys and images become more or larger. `scripts/bench growth --python PYTHON --out docs/performance.md` measures all of it and writes this page with its
      pictures ([benchmarks.md](benchmarks.md)); no figure is copied by hand. Measured on %s.

      Every figure is of a whole process, from start to exit, that reads a file and writes one: seconds, and the most resident memory (`VmHWM`). Where one took less than 5 s, it is the lesser of two. **The slope** is the exponent by the last
      three sizes of a curve: ten times the size costs 10^slope times as much, so that 1 is in proportion, 0 is for nothing, and more than 1 grows out of hand. A rival's curve ends where a process took more than %d s, or would by
      the line through its last two points.

      """;

  private static final String RIVALS =
      """
      Rivals run in Python (%s; `scripts/growth-rivals.py`): PyOD's `KNN` and `IForest` on all cores, and its `VAE` on one (two that wait for each other at every step took five times as long where others used the machine), by their defaults on standardised columns. Their `fit` scores its own training rows for a threshold; ours trains
      further models for scores of rows that it has not seen, compares with three plain methods, and proves the file. Scored rows are none of those fitted, so everything reads them for the first time. %s

      """;

  private static final String ALONE =
      """
      No interpreter with PyOD was given (`--python`), so that rivals lack. %s

      """;

  private Page() {}

  /**
   * @param pictures where they are, seen from the page
   */
  public static String markdown(About about, List<Part> parts, String pictures) {
    StringBuilder out = new StringBuilder();
    out.append(HEAD.formatted(about.machine(), about.limitSeconds()));
    out.append(
        about.rivals().isEmpty()
            ? ALONE.formatted(about.starts())
            : RIVALS.formatted(about.rivals(), about.starts()));
    for (Part part : parts) {
      out.append("## ").append(part.title()).append('\n');
      out.append(part.setting()).append("\n\n");
      out.append("![").append(part.title()).append(": time and memory of fit and score, log-log](");
      out.append(pictures).append('/').append(part.name()).append(".svg)\n\n");
      table(out, "fit", part, part.fit());
      table(out, "score", part, part.score());
    }
    return out.toString().stripTrailing() + "\n";
  }

  private static void table(StringBuilder out, String what, Part part, List<Curve> curves) {
    out.append("| ").append(part.title().toLowerCase(Locale.ROOT)).append(", ").append(what);
    curves.forEach(curve -> out.append(" | ").append(curve.method().shown()));
    out.append(" |\n|---:").append("|---:".repeat(curves.size())).append("|\n");
    long[] sizes =
        curves.stream()
            .flatMap(curve -> curve.points().stream())
            .mapToLong(Curve.Point::size)
            .distinct()
            .sorted()
            .toArray();
    for (long size : sizes) {
      out.append(String.format(Locale.ROOT, "| %,d", size));
      for (Curve curve : curves) {
        Optional<Curve.Point> point =
            curve.points().stream().filter(at -> at.size() == size).findFirst();
        out.append(" | ").append(point.map(Page::cost).orElse(""));
      }
      out.append(" |\n");
    }
    out.append("| slope");
    for (Curve curve : curves) {
      out.append(" | ").append(slope(curve.slope(Curve.Point::seconds))).append("; ");
      out.append(slope(curve.slope(Curve.Point::peakBytes)));
    }
    out.append(" |\n\n");
    for (Curve curve : curves) {
      if (!curve.end().isEmpty()) {
        out.append("- ").append(what).append(", ").append(curve.method().shown());
        out.append(", ends: ").append(curve.end()).append("\n");
      }
    }
    if (curves.stream().anyMatch(curve -> !curve.end().isEmpty())) {
      out.append('\n');
    }
  }

  private static String cost(Curve.Point point) {
    return String.format(
        Locale.ROOT,
        point.seconds() < 10 ? "%.1f s, %,d MB" : "%.0f s, %,d MB",
        point.seconds(),
        point.peakBytes() >> 20);
  }

  static String slope(double slope) {
    // Not "-0.00".
    double shown = Math.abs(slope) < 0.005 ? 0 : slope;
    return Double.isNaN(slope) ? "–" : String.format(Locale.ROOT, "%.2f", shown);
  }
}
