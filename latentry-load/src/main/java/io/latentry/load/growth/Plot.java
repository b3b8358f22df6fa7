package io.latentry.load.growth;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A part as SVG: seconds and memory of fit and of score on logarithmic axes, the slope at the end
 * of each curve. Colours are those that colour-blind readers can tell apart (Okabe and Ito's), with
 * a mark for each method, and follow the reader's light or dark page.
 */
public final class Plot {
  private static final int WIDTH = 960;
  private static final int HEAD = 50;
  private static final int LEFT = 62;
  private static final int PANEL_WIDTH = 412;
  private static final int PANEL_HEIGHT = 216;
  private static final int ROW = PANEL_HEIGHT + 76;
  private static final int COLUMN = 478;

  /** For the slopes beside the last points. */
  private static final int SLOPE_ROOM = 46;

  private static final int LINE = 14;

  private static final String STYLE =
      """
      <style>
      text { fill: #1b1f23; } .faint { fill: #57606a; } svg { --paper: #fff; } .paper { fill: var(--paper); } .frame { stroke: #d0d7de; } .grid { stroke: #eaeef2; }
      .latentry { --c: #0072b2; } .knn { --c: #d55e00; } .iforest { --c: #008a63; } .vae { --c: #a8578c; }
      @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3; } .faint { fill: #9da7b1; } svg { --paper: #0d1117; } .frame { stroke: #3d444d; } .grid { stroke: #21262d; }
        .latentry { --c: #56b4e9; } .knn { --c: #f0884a; } .iforest { --c: #2fc79a; } .vae { --c: #dd92c1; }
      }
      path.curve { stroke: var(--c); fill: none; stroke-width: 2; stroke-linejoin: round; } .mark { fill: var(--c); stroke: var(--c); stroke-width: 1.5; }
      .latentry path.curve { stroke-width: 3; } .open { fill: none; stroke: var(--c); stroke-width: 1.5; } text.slope { fill: var(--c); font-weight: 600; stroke: var(--paper); stroke-width: 4; paint-order: stroke; stroke-linejoin: round; }
      </style>
      """;

  private final Part part;
  private final StringBuilder out = new StringBuilder();

  private Plot(Part part) {
    this.part = part;
  }

  public static String svg(Part part) {
    return new Plot(part).draw();
  }

  private String draw() {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
            + " font-family=\"sans-serif\" font-size=\"13\">",
        WIDTH, HEAD + 2 * ROW);
    add("<title>%s: time and memory of fit and score</title>", part.title());
    out.append(STYLE);
    add("<rect class=\"paper\" width=\"100%%\" height=\"100%%\"/>");
    legend();
    ToDoubleFunction<Curve.Point> megabytes = point -> point.peakBytes() / (double) (1 << 20);
    panel(0, 0, "fit, seconds", part.fit(), Curve.Point::seconds);
    panel(1, 0, "score, seconds", part.score(), Curve.Point::seconds);
    panel(0, 1, "fit, peak memory in MB", part.fit(), megabytes);
    panel(1, 1, "score, peak memory in MB", part.score(), megabytes);
    return out.append("</svg>\n").toString();
  }

  private void legend() {
    double x = LEFT;
    for (Method method : part.methods()) {
      add("<g class=\"%s\">", method.word());
      add("<path class=\"curve\" d=\"M%.1f 20h26\"/>", x);
      mark(method, x + 13, 20);
      add("</g>");
      add("<text x=\"%.1f\" y=\"24.5\">%s</text>", x + 33, method.shown());
      x += 58 + 6.3 * method.shown().length();
    }
    String ends =
        part.curves().stream().anyMatch(curve -> !curve.end().isEmpty())
            ? "; a ring: it ends there"
            : "";
    add(
        "<text class=\"faint\" x=\"%d\" y=\"24.5\" text-anchor=\"end\" font-size=\"12\">beside a"
            + " curve: its slope%s</text>",
        LEFT + COLUMN + PANEL_WIDTH, ends);
  }

  private void panel(
      int column, int row, String title, List<Curve> curves, ToDoubleFunction<Curve.Point> cost) {
    double left = LEFT + (double) column * COLUMN;
    double top = HEAD + 22 + (double) row * ROW;
    add("<text x=\"%.1f\" y=\"%.1f\" font-weight=\"600\">%s</text>", left, top - 9, title);
    List<Curve.Point> all = curves.stream().flatMap(curve -> curve.points().stream()).toList();
    if (all.isEmpty()) {
      return;
    }
    Scale sizes =
        Scale.around(
            all.stream().mapToDouble(Curve.Point::size).toArray(),
            left,
            left + PANEL_WIDTH - SLOPE_ROOM,
            false);
    Scale costs =
        Scale.around(all.stream().mapToDouble(cost).toArray(), top + PANEL_HEIGHT, top, true);
    for (double tick : sizes.ticks()) {
      double x = sizes.at(tick);
      add(
          "<path class=\"grid\" d=\"M%.1f %.1fv%d\"/><text class=\"faint\" x=\"%.1f\" y=\"%.1f\""
              + " text-anchor=\"middle\" font-size=\"12\">%s</text>",
          x, top, PANEL_HEIGHT, x, top + PANEL_HEIGHT + 17, figure(tick));
    }
    for (double tick : costs.ticks()) {
      double y = costs.at(tick);
      add(
          "<path class=\"grid\" d=\"M%.1f %.1fh%d\"/><text class=\"faint\" x=\"%.1f\" y=\"%.1f\""
              + " text-anchor=\"end\" font-size=\"12\">%s</text>",
          left, y, PANEL_WIDTH, left - 7, y + 4, figure(tick));
    }
    add(
        "<rect class=\"frame\" fill=\"none\" x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\"/>",
        left, top, PANEL_WIDTH, PANEL_HEIGHT);
    add(
        "<text class=\"faint\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\""
            + " font-size=\"12\">%s</text>",
        left + PANEL_WIDTH / 2.0, top + PANEL_HEIGHT + 35, part.title().toLowerCase(Locale.ROOT));
    for (Curve curve : curves) {
      curve(curve, sizes, costs, cost);
    }
    slopes(curves, sizes, costs, cost, top);
  }

  private void curve(Curve curve, Scale sizes, Scale costs, ToDoubleFunction<Curve.Point> cost) {
    if (curve.points().isEmpty()) {
      return;
    }
    StringBuilder path = new StringBuilder();
    for (Curve.Point point : curve.points()) {
      path.append(
          String.format(
              Locale.ROOT,
              "%s%.1f %.1f",
              path.isEmpty() ? "M" : "L",
              sizes.at((double) point.size()),
              costs.at(cost.applyAsDouble(point))));
    }
    add("<g class=\"%s\"><path class=\"curve\" d=\"%s\"/>", curve.method().word(), path);
    for (Curve.Point point : curve.points()) {
      mark(curve.method(), sizes.at((double) point.size()), costs.at(cost.applyAsDouble(point)));
    }
    if (!curve.end().isEmpty()) {
      Curve.Point last = curve.points().get(curve.points().size() - 1);
      add(
          "<circle class=\"open\" cx=\"%.1f\" cy=\"%.1f\" r=\"8\"/>",
          sizes.at((double) last.size()), costs.at(cost.applyAsDouble(last)));
    }
    add("</g>");
  }

  private void mark(Method method, double x, double y) {
    switch (method) {
      case LATENTRY -> add("<circle class=\"mark\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.6\"/>", x, y);
      case NEIGHBOURS -> add("<path class=\"mark\" d=\"M%.1f %.1fh6v6h-6z\"/>", x - 3, y - 3);
      case FOREST -> add("<path class=\"mark\" d=\"M%.1f %.1fl4 7h-8z\"/>", x, y - 4.5);
      case VAE ->
          add("<path class=\"mark\" d=\"M%.1f %.1fl4.4 4.4l-4.4 4.4l-4.4 -4.4z\"/>", x, y - 4.4);
    }
  }

  /** One below the other where last points are close, each beside its own where they are not. */
  private void slopes(
      List<Curve> curves,
      Scale sizes,
      Scale costs,
      ToDoubleFunction<Curve.Point> cost,
      double top) {
    record Label(Curve curve, double x, double y) {}
    List<Label> labels = new ArrayList<>();
    for (Curve curve : curves) {
      if (!Double.isNaN(curve.slope(cost))) {
        Curve.Point last = curve.points().get(curve.points().size() - 1);
        labels.add(
            new Label(
                curve, sizes.at((double) last.size()) + 12, costs.at(cost.applyAsDouble(last))));
      }
    }
    labels.sort(Comparator.comparingDouble(Label::y));
    double lowest = top + PANEL_HEIGHT - 6;
    for (int i = 0; i < labels.size(); i++) {
      Label label = labels.get(i);
      double y = Math.min(label.y() + 4.5, lowest - (double) (labels.size() - 1 - i) * LINE);
      for (int before = 0; before < i; before++) {
        Label above = labels.get(before);
        if (Math.abs(above.x() - label.x()) < SLOPE_ROOM) {
          y = Math.max(y, above.y() + LINE);
        }
      }
      labels.set(i, new Label(label.curve(), label.x(), y));
      add(
          "<g class=\"%s\"><text class=\"slope\" x=\"%.1f\" y=\"%.1f\" font-size=\"12\">%s</text></g>",
          label.curve().method().word(), label.x(), y, Page.slope(label.curve().slope(cost)));
    }
  }

  /** {@code 30}, {@code 10k}, {@code 1M}. */
  private static String figure(double value) {
    if (value >= 1e6) {
      return String.format(Locale.ROOT, "%.0fM", value / 1e6);
    }
    if (value >= 1e4) {
      return String.format(Locale.ROOT, "%.0fk", value / 1e3);
    }
    return value < 1
        ? String.format(Locale.ROOT, "%.1f", value)
        : String.format(Locale.ROOT, "%,.0f", value);
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** Logarithms between two pixels. */
  private record Scale(double low, double high, double from, double to) {
    private static final double MARGIN = 0.05;

    /**
     * @param toTicks whether it ends at ticks, with no room beyond
     */
    static Scale around(double[] values, double from, double to, boolean toTicks) {
      double low = Double.POSITIVE_INFINITY;
      double high = 0;
      for (double value : values) {
        // A cost of nothing, where the system does not tell it, is no place on such an axis.
        low = Math.min(low, Math.max(value, 1e-3));
        high = Math.max(high, Math.max(value, 1e-3));
      }
      if (toTicks) {
        low = round(low, false);
        high = Math.max(round(high, true), 10 * low);
        return new Scale(Math.log10(low), Math.log10(high), from, to);
      }
      double span = Math.max(Math.log10(high / low), 0.5);
      return new Scale(
          Math.log10(low) - MARGIN * span, Math.log10(low) + (1 + MARGIN) * span, from, to);
    }

    private static double round(double value, boolean up) {
      double power = Math.pow(10, Math.floor(Math.log10(value)));
      double times = value / power;
      if (up) {
        return power * (times <= 1.001 ? 1 : times <= 3 ? 3 : 10);
      }
      return power * (times < 3 ? 1 : 3);
    }

    double at(double value) {
      return from + (to - from) * (Math.log10(Math.max(value, 1e-3)) - low) / (high - low);
    }

    /** Powers of ten; three times these too where there are few. */
    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      boolean few = high - low < 2.6;
      for (int power = (int) Math.floor(low); power <= Math.ceil(high); power++) {
        for (double times : few ? new double[] {1, 3} : new double[] {1}) {
          double tick = times * Math.pow(10, power);
          if (Math.log10(tick) >= low - 1e-6 && Math.log10(tick) <= high + 1e-6) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }
  }
}
