package io.latentry.pipeline.map;

import io.latentry.pipeline.map.LatentMap.Group;
import io.latentry.pipeline.report.Figures;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * A latent map as a picture: one panel a layout, groups by colour (Okabe and Ito's, which
 * colour-blind readers can tell apart) and by shape.
 */
public final class MapPicture {
  private static final int PANEL = 620;
  private static final int MARGIN = 34;
  private static final int HEAD = 74;
  private static final int FOOT = 52;

  /** Pixels of the PNG for each unit of the picture. */
  private static final int SCALE = 2;

  private final LatentMap map;
  private final int width;
  private final int height;

  public MapPicture(LatentMap map) {
    this.map = map;
    this.width = MARGIN + map.layouts().size() * (PANEL + MARGIN);
    this.height = HEAD + PANEL + FOOT;
  }

  /** What a picture is drawn on. */
  private interface Canvas {
    void frame(double x, double y, double size);

    void mark(Group group, double x, double y);

    void text(String text, double x, double y, int size, boolean bold, String colour);
  }

  /** The picture as PNG. */
  public byte[] png() {
    BufferedImage image =
        new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.scale(SCALE, SCALE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    draw(new Pixels(graphics));
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, "png", bytes)) {
        throw new IllegalStateException("png: no writer in this JDK");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The picture as SVG. */
  public byte[] svg() {
    StringBuilder out = new StringBuilder();
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
        .append(width)
        .append(' ')
        .append(height)
        .append(
            "\" font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    draw(new Vectors(out));
    return out.append("</svg>\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private void draw(Canvas canvas) {
    for (int k = 0; k < map.layouts().size(); k++) {
      LatentMap.Layout layout = map.layouts().get(k);
      double left = MARGIN + k * (double) (PANEL + MARGIN);
      canvas.text(layout.name(), left, 32, 22, true, "#1b1f23");
      canvas.text(
          "trustworthiness %s, continuity %s"
              .formatted(
                  Figures.share(layout.quality().trustworthiness()),
                  Figures.share(layout.quality().continuity())),
          left,
          56,
          15,
          false,
          "#57606a");
      canvas.frame(left, HEAD, PANEL);
      // The groups that matter most are drawn last, on top.
      for (Group group : Group.values()) {
        marks(canvas, layout, group, left);
      }
    }
    double x = MARGIN;
    for (Group group : Group.values()) {
      long count = map.points().stream().filter(p -> p.group() == group).count();
      if (count > 0) {
        String words = Figures.count(count) + " " + group.words();
        canvas.mark(group, x + 6, HEAD + PANEL + 28);
        canvas.text(words, x + 18, HEAD + PANEL + 33, 15, false, "#1b1f23");
        x += 46 + 8.2 * words.length();
      }
    }
  }

  private void marks(Canvas canvas, LatentMap.Layout layout, Group group, double left) {
    double[] x = range(layout.at(), 0);
    double[] y = range(layout.at(), 1);
    double inner = PANEL - 28.0;
    for (int i = 0; i < map.points().size(); i++) {
      if (map.points().get(i).group() == group) {
        canvas.mark(
            group,
            left + 14 + inner * (layout.at()[2 * i] - x[0]) / (x[1] - x[0]),
            HEAD + 14 + inner * (y[1] - layout.at()[2 * i + 1]) / (y[1] - y[0]));
      }
    }
  }

  private static double[] range(float[] at, int axis) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = axis; i < at.length; i += 2) {
      low = Math.min(low, at[i]);
      high = Math.max(high, at[i]);
    }
    return high > low ? new double[] {low, high} : new double[] {low - 1, low + 1};
  }

  private static String colour(Group group) {
    return switch (group) {
      case TRAINING -> "#a9b2ba";
      case NORMAL -> "#0072b2";
      case ANOMALY -> "#d55e00";
    };
  }

  /** Over Java 2D. */
  private record Pixels(Graphics2D graphics) implements Canvas {
    @Override
    public void frame(double x, double y, double size) {
      graphics.setColor(Color.decode("#d9dee3"));
      graphics.setStroke(new BasicStroke(1));
      graphics.drawRect((int) x, (int) y, (int) size, (int) size);
    }

    @Override
    public void mark(Group group, double x, double y) {
      Color colour = Color.decode(colour(group));
      graphics.setColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 190));
      switch (group) {
        case TRAINING -> {
          graphics.setStroke(new BasicStroke(1.4f));
          graphics.draw(new Ellipse2D.Double(x - 3, y - 3, 6, 6));
        }
        case NORMAL -> graphics.fill(new Ellipse2D.Double(x - 3, y - 3, 6, 6));
        case ANOMALY -> graphics.fill(triangle(x, y));
      }
    }

    private static Path2D triangle(double x, double y) {
      Path2D path = new Path2D.Double();
      path.moveTo(x, y - 5);
      path.lineTo(x + 4.6, y + 3.4);
      path.lineTo(x - 4.6, y + 3.4);
      path.closePath();
      return path;
    }

    @Override
    public void text(String text, double x, double y, int size, boolean bold, String colour) {
      graphics.setColor(Color.decode(colour));
      graphics.setFont(new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, size));
      graphics.drawString(text, (float) x, (float) y);
    }
  }

  /** Over text. */
  private record Vectors(StringBuilder out) implements Canvas {
    @Override
    public void frame(double x, double y, double size) {
      add(
          "<rect x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\" fill=\"none\" stroke=\"#d9dee3\"/>",
          x, y, size, size);
    }

    @Override
    public void mark(Group group, double x, double y) {
      switch (group) {
        case TRAINING ->
            add(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.4\"/>",
                x, y, colour(group));
        case NORMAL ->
            add(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\" fill-opacity=\"0.75\"/>",
                x, y, colour(group));
        case ANOMALY ->
            add(
                "<path d=\"M%.1f %.1fl4.6 8.4h-9.2z\" fill=\"%s\" fill-opacity=\"0.75\"/>",
                x, y - 5, colour(group));
      }
    }

    @Override
    public void text(String text, double x, double y, int size, boolean bold, String colour) {
      // Every text is ours: names of layouts, figures and groups.
      add(
          "<text x=\"%.0f\" y=\"%.0f\" font-size=\"%d\" font-weight=\"%s\" fill=\"%s\">%s</text>",
          x, y, size, bold ? "bold" : "normal", colour, text);
    }

    private void add(String format, Object... values) {
      out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
  }
}
