package io.latentry.cli.story;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.latentry.pipeline.export.ArtifactFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Scored rows, one after the other, with the threshold: what is above it, and what each was, as SVG
 * in colours that colour-blind readers can tell apart (Okabe and Ito's).
 *
 * <p>Settings: {@code model=FILE}; {@code at=COL}, what rows are told by along the bottom; {@code
 * label=COL} and {@code normal=VALUE}, to mark what is not normal; {@code value=COL}, drawn above
 * the scores as a curve. Columns are those of the scored file.
 */
final class ScorePicture {
  private static final int WIDTH = 960;
  private static final int LEFT = 56;
  private static final int RIGHT = 16;
  private static final int PANEL = 210;
  private static final int GAP = 26;
  private static final int HEAD = 34;
  private static final int FOOT = 30;

  /** Scores beyond so many times the threshold are drawn at the edge. */
  private static final double HIGHEST = 3;

  private static final String INK = "#1b1f23";
  private static final String FAINT = "#57606a";
  private static final String NORMAL = "#0072b2";
  private static final String ANOMALY = "#d55e00";
  private static final String THRESHOLD = "#009e73";
  private static final String EVENT = "#f3d9c6";

  private final List<Row> rows;
  private final double threshold;
  private final boolean hasValue;
  private final boolean hasLabel;
  private final StringBuilder out = new StringBuilder();

  /**
   * @param score NaN where the row was unscorable
   * @param marked whether its label says that it is not normal
   */
  private record Row(String at, double score, double value, boolean marked) {}

  private ScorePicture(List<Row> rows, double threshold, boolean hasValue, boolean hasLabel) {
    this.rows = rows;
    this.threshold = threshold;
    this.hasValue = hasValue;
    this.hasLabel = hasLabel;
  }

  static void write(Path folder, StoryPage.Picture picture) throws IOException {
    Map<String, String> settings = picture.settings();
    @Nullable String label = settings.get("label");
    @Nullable String value = settings.get("value");
    @Nullable String at = settings.get("at");
    String normal = settings.getOrDefault("normal", "");
    List<Row> rows = new ArrayList<>();
    try (CsvReader<NamedCsvRecord> reader =
        CsvReader.builder().ofNamedCsvRecord(folder.resolve(picture.scored()))) {
      for (NamedCsvRecord row : reader) {
        rows.add(
            new Row(
                at == null ? "" : row.getField(at),
                number(row.getField("score")),
                value == null ? Double.NaN : number(row.getField(value)),
                label != null && !row.getField(label).equals(normal)));
      }
    }
    double threshold =
        ArtifactFile.manifest(folder.resolve(settings.getOrDefault("model", "model.onnx")))
            .threshold()
            .current()
            .score();
    Files.writeString(
        folder.resolve(picture.file()),
        new ScorePicture(rows, threshold, value != null, label != null).svg());
  }

  private static double number(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }

  private String svg() {
    int height = HEAD + (hasValue ? PANEL + GAP : 0) + PANEL + FOOT;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
            + " font-family=\"sans-serif\" font-size=\"13\">",
        WIDTH, height);
    add("<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>");
    legend();
    int top = HEAD;
    if (hasValue) {
      events(top, PANEL);
      double[] range = range(rows.stream().mapToDouble(Row::value).toArray());
      axis(top, range, "value");
      curve(top, range);
      top += PANEL + GAP;
      events(top, PANEL);
    }
    double[] range = range(rows.stream().mapToDouble(row -> shown(row.score())).toArray());
    range[1] = Math.max(range[1], 1.15 * threshold);
    axis(top, range, "score");
    dots(top, range);
    double y = y(threshold, range, top);
    add(
        "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"1.6\"/>",
        LEFT, WIDTH - RIGHT, y, y, THRESHOLD);
    bottom(top + PANEL + 20);
    return out.append("</svg>\n").toString();
  }

  private double shown(double score) {
    return Math.min(score, HIGHEST * threshold);
  }

  private void legend() {
    double x = LEFT;
    x = entry(x, NORMAL, "normal");
    x = entry(x, ANOMALY, "anomaly");
    if (hasLabel && !hasValue) {
      add("<circle cx=\"%.1f\" cy=\"16\" r=\"4.5\" fill=\"none\" stroke=\"%s\"/>", x + 5, INK);
      x = words(x, "labelled as not normal");
    } else if (hasLabel) {
      add("<rect x=\"%.1f\" y=\"10\" width=\"11\" height=\"12\" fill=\"%s\"/>", x, EVENT);
      x = words(x, "labelled as not normal");
    }
    add(
        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"16\" y2=\"16\" stroke=\"%s\" stroke-width=\"2\"/>",
        x, x + 12, THRESHOLD);
    words(x, "threshold");
  }

  private double entry(double x, String colour, String text) {
    add("<circle cx=\"%.1f\" cy=\"16\" r=\"3.5\" fill=\"%s\"/>", x + 5, colour);
    return words(x, text);
  }

  private double words(double x, String text) {
    add("<text x=\"%.1f\" y=\"20.5\" fill=\"%s\">%s</text>", x + 17, INK, text);
    return x + 38 + 6.6 * text.length();
  }

  /** Where labels say that something was the matter. */
  private void events(int top, int height) {
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).marked()) {
        int first = i;
        while (i + 1 < rows.size() && rows.get(i + 1).marked()) {
          i++;
        }
        add(
            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
            x(first), top, Math.max(1, x(i) - x(first)), height, EVENT);
      }
    }
  }

  private void axis(int top, double[] range, String name) {
    add(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#d9dee3\"/>",
        LEFT, top, WIDTH - LEFT - RIGHT, PANEL);
    double step = step((range[1] - range[0]) / 4);
    for (double tick = Math.ceil(range[0] / step) * step; tick <= range[1]; tick += step) {
      add(
          "<text x=\"%d\" y=\"%.1f\" fill=\"%s\" text-anchor=\"end\">%s</text>",
          LEFT - 8, y(tick, range, top) + 4, FAINT, figure(tick, step));
    }
    add(
        "<text x=\"14\" y=\"%d\" fill=\"%s\" transform=\"rotate(-90 14 %d)\""
            + " text-anchor=\"middle\">%s</text>",
        top + PANEL / 2, FAINT, top + PANEL / 2, name);
  }

  /** 1, 2 or 5 times a power of ten, at least {@code least}. */
  private static double step(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (int times : new int[] {1, 2, 5}) {
      if (times * power >= least) {
        return times * power;
      }
    }
    return 10 * power;
  }

  private static String figure(double tick, double step) {
    return step < 1
        ? String.format(Locale.ROOT, "%." + (int) Math.ceil(-Math.log10(step)) + "f", tick + 0.0)
        : String.valueOf(Math.round(tick));
  }

  /** Of each pixel the lowest and the highest, so that no spike is lost. */
  private void curve(int top, double[] range) {
    StringBuilder path = new StringBuilder();
    int pixels = WIDTH - LEFT - RIGHT;
    for (int pixel = 0; pixel < pixels; pixel++) {
      int from = (int) ((long) rows.size() * pixel / pixels);
      int until = Math.max(from + 1, (int) ((long) rows.size() * (pixel + 1) / pixels));
      double[] span =
          range(
              rows.subList(from, Math.min(until, rows.size())).stream()
                  .mapToDouble(Row::value)
                  .toArray());
      if (span[0] <= span[1]) {
        path.append(
            String.format(
                Locale.ROOT,
                "%s%d %.1fV%.1f",
                path.isEmpty() ? "M" : "L",
                LEFT + pixel,
                y(span[0], range, top),
                y(span[1], range, top)));
      }
    }
    add("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.1\"/>", path, NORMAL);
  }

  private void dots(int top, double[] range) {
    StringBuilder normal = new StringBuilder();
    StringBuilder anomaly = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      if (Double.isNaN(row.score())) {
        continue;
      }
      double y = y(shown(row.score()), range, top);
      (row.score() > threshold ? anomaly : normal)
          .append(String.format(Locale.ROOT, "M%.1f %.1fh0", x(i), y));
      if (row.marked() && !hasValue) {
        add(
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" fill=\"none\" stroke=\"%s\"/>",
            x(i), y, INK);
      }
    }
    String dots = "<path d=\"%s\" stroke=\"%s\" stroke-width=\"%.1f\" stroke-linecap=\"round\"/>";
    double size = rows.size() > 1_000 ? 3 : 5;
    add(dots, normal, NORMAL, size);
    add(dots, anomaly, ANOMALY, size);
  }

  private void bottom(int y) {
    String text = "<text x=\"%d\" y=\"%d\" fill=\"%s\" text-anchor=\"%s\">%s</text>";
    String first = rows.get(0).at();
    String last = rows.get(rows.size() - 1).at();
    add(text, LEFT, y, FAINT, "start", first.isEmpty() ? "first row" : escaped(first));
    add(text, WIDTH - RIGHT, y, FAINT, "end", last.isEmpty() ? "last row" : escaped(last));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private double x(int row) {
    return LEFT + 4 + (WIDTH - LEFT - RIGHT - 8.0) * row / Math.max(1, rows.size() - 1);
  }

  private static double y(double of, double[] range, int top) {
    return top + 6 + (PANEL - 12.0) * (range[1] - of) / (range[1] - range[0]);
  }

  private static double[] range(double[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return new double[] {low, high};
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
